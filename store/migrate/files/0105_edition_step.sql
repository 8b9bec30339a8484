-- What was done to an edition, by whom, under which decision: only ever added to.
CREATE TABLE edition_step (
  edition TEXT NOT NULL REFERENCES edition (id),
  n INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL,
  symbol TEXT NOT NULL,
  decided_on TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (edition, n)
);

-- From the time it is put before the Conference its steps are public; who took them is not.
CREATE VIEW pub_edition_step AS SELECT edition, n, kind, at, symbol, decided_on, hash FROM edition_step WHERE kind IN ('tabled', 'approved', 'retired');
