-- What people write beside an answer. Append-only but for the mark that a matter is settled.
CREATE TABLE remark (
  id TEXT PRIMARY KEY,
  answer TEXT NOT NULL REFERENCES answer (id),
  party TEXT NOT NULL,
  version INTEGER NOT NULL,
  audience TEXT NOT NULL,
  body TEXT NOT NULL,
  author TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  agency TEXT NOT NULL,
  at BIGINT NOT NULL,
  settled_at BIGINT NOT NULL,
  settled_by TEXT NOT NULL
);
CREATE INDEX remark_answer ON remark (answer);
