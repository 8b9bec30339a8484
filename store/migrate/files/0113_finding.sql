-- What a review found on an answer; it stays with the State and the provision into later rounds.
CREATE TABLE finding (
  id TEXT PRIMARY KEY,
  answer TEXT NOT NULL REFERENCES answer (id),
  assessment TEXT NOT NULL,
  round TEXT NOT NULL,
  party TEXT NOT NULL,
  provision TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  author TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  at BIGINT NOT NULL,
  closed_at BIGINT NOT NULL,
  closed_by TEXT NOT NULL
);
CREATE INDEX finding_party ON finding (party, provision);
CREATE INDEX finding_answer ON finding (answer);
