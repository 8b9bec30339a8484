CREATE TABLE audit_entry (
  id TEXT PRIMARY KEY,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  role TEXT NOT NULL,
  party TEXT NOT NULL,
  act TEXT NOT NULL,
  kind TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL,
  request TEXT NOT NULL
);
CREATE INDEX audit_entry_object ON audit_entry (kind, object);
CREATE INDEX audit_entry_party ON audit_entry (party, id);

-- A request that must have one effect, with what the first one was told.
CREATE TABLE once (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  hash TEXT NOT NULL,
  result TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (actor, key)
);
CREATE INDEX once_at ON once (at);

-- Facts about this instance itself: its name, epoch, first start.
CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
