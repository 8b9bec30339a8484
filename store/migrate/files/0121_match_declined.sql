-- Matches that somebody set aside, with the reason, so that they are not proposed again.
CREATE TABLE match_declined (
  id TEXT PRIMARY KEY,
  need TEXT NOT NULL REFERENCES need (id),
  activity TEXT NOT NULL REFERENCES activity (id),
  reason TEXT NOT NULL,
  party TEXT NOT NULL,
  organisation TEXT NOT NULL,
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX match_declined_need ON match_declined (need);
CREATE INDEX match_declined_organisation ON match_declined (organisation) WHERE organisation <> '';
