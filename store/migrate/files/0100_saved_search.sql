CREATE TABLE saved_search (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  looked_at BIGINT NOT NULL
);
CREATE INDEX saved_search_account ON saved_search (account);
