-- What was on the table of a meeting: the data of its dossier as they stood, with their hash. Append-only.
-- Nothing here is public: there is no pub_ name.
CREATE TABLE dossier (
  id TEXT PRIMARY KEY,
  mechanism TEXT NOT NULL REFERENCES mechanism (id),
  meeting TEXT NOT NULL REFERENCES meeting (id),
  content TEXT NOT NULL,
  hash TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL
);
CREATE INDEX dossier_meeting ON dossier (meeting);
