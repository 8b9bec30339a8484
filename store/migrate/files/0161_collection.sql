-- What an editor gathers on one theme: provisions and sections of measures, with an introduction. Items are JSON: the
-- whole list is written at once, and what it names is read again with each reader's sight.
CREATE TABLE collection (
  id TEXT PRIMARY KEY,
  titles TEXT NOT NULL,
  intro TEXT NOT NULL,
  items TEXT NOT NULL,
  public BOOLEAN NOT NULL,
  rev BIGINT NOT NULL,
  added_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  by_account TEXT NOT NULL
);
CREATE VIEW pub_collection AS SELECT id, titles, intro, items, public, rev, added_at, changed_at, '' AS by_account FROM collection WHERE public;
