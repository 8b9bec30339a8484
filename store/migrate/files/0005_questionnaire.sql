CREATE TABLE edition (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  symbol TEXT NOT NULL,
  approved_on TEXT NOT NULL,
  hash TEXT NOT NULL,
  rev BIGINT NOT NULL,
  content TEXT NOT NULL
);

-- What was put before the Conference is public.
CREATE VIEW pub_edition AS SELECT id, state, symbol, approved_on, hash, rev, content FROM edition WHERE state <> 'draft';
