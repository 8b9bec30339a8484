CREATE TABLE need (
  id TEXT PRIMARY KEY,
  party TEXT NOT NULL,
  author TEXT NOT NULL,
  class TEXT NOT NULL,
  class_rank INTEGER NOT NULL,
  rev BIGINT NOT NULL,
  shown BIGINT NOT NULL,
  origin_answer TEXT NOT NULL,
  origin_version INTEGER NOT NULL,
  origin_line INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  last_editor TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  withdrawn_at BIGINT NOT NULL
);
CREATE INDEX need_party ON need (party);
-- A line of an answer gives one need, however often and by however many people it is drafted.
CREATE UNIQUE INDEX need_origin ON need (origin_answer, origin_line) WHERE origin_answer <> '';

-- Append-only: nothing updates or deletes a row. The columns beside content repeat what is asked for.
CREATE TABLE need_version (
  need TEXT NOT NULL REFERENCES need (id),
  n BIGINT NOT NULL,
  content TEXT NOT NULL,
  hash TEXT NOT NULL,
  provisions TEXT NOT NULL,
  form TEXT NOT NULL,
  status TEXT NOT NULL,
  priority TEXT NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL,
  PRIMARY KEY (need, n)
);

CREATE TABLE need_provision (
  need TEXT NOT NULL,
  n BIGINT NOT NULL,
  provision TEXT NOT NULL,
  PRIMARY KEY (need, n, provision),
  FOREIGN KEY (need, n) REFERENCES need_version (need, n)
);
CREATE INDEX need_provision_provision ON need_provision (provision);

-- What the public sees of a need: a frozen copy of the published version.
CREATE TABLE pub_need (
  need TEXT PRIMARY KEY,
  party TEXT NOT NULL,
  version BIGINT NOT NULL,
  origin_answer TEXT NOT NULL,
  origin_version INTEGER NOT NULL,
  origin_line INTEGER NOT NULL,
  content TEXT NOT NULL,
  hash TEXT NOT NULL,
  provisions TEXT NOT NULL,
  form TEXT NOT NULL,
  status TEXT NOT NULL,
  priority TEXT NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  withdrawn_at BIGINT NOT NULL
);
CREATE INDEX pub_need_party ON pub_need (party);
CREATE INDEX pub_need_origin ON pub_need (origin_answer, origin_line) WHERE origin_answer <> '';

CREATE TABLE pub_need_provision (
  need TEXT NOT NULL REFERENCES pub_need (need),
  provision TEXT NOT NULL,
  PRIMARY KEY (need, provision)
);
CREATE INDEX pub_need_provision_provision ON pub_need_provision (provision);
