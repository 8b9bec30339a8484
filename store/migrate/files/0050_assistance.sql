-- Needs and activities: the whole schema of package assistance; store/assistance_*.go is its implementation.
-- What a party asks for. The words are in need_version; shown is the version that readers of class see.
CREATE TABLE need (
  id TEXT PRIMARY KEY,
  party TEXT NOT NULL,
  class TEXT NOT NULL,
  class_rank INTEGER NOT NULL,
  rev BIGINT NOT NULL,
  shown BIGINT NOT NULL,
  answer TEXT NOT NULL,
  answer_version INTEGER NOT NULL,
  answer_line INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  last_editor TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  withdrawn_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX need_origin ON need (answer, answer_line) WHERE answer <> '';
CREATE INDEX need_party ON need (party);

-- Append-only. What lists are narrowed by stands in columns of its own.
CREATE TABLE need_version (
  need TEXT NOT NULL REFERENCES need (id),
  n BIGINT NOT NULL,
  content TEXT NOT NULL,
  hash TEXT NOT NULL,
  form TEXT NOT NULL,
  status TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL,
  PRIMARY KEY (need, n)
);
CREATE TABLE need_provision (
  need TEXT NOT NULL,
  n BIGINT NOT NULL,
  provision TEXT NOT NULL,
  PRIMARY KEY (need, n, provision)
);
CREATE INDEX need_provision_provision ON need_provision (provision);

-- What everyone sees of a need: a frozen copy of the published version.
CREATE TABLE pub_need (
  id TEXT PRIMARY KEY,
  party TEXT NOT NULL,
  n BIGINT NOT NULL,
  content TEXT NOT NULL,
  hash TEXT NOT NULL,
  form TEXT NOT NULL,
  status TEXT NOT NULL,
  answer TEXT NOT NULL,
  answer_version INTEGER NOT NULL,
  answer_line INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  published_at BIGINT NOT NULL,
  withdrawn_at BIGINT NOT NULL
);
CREATE INDEX pub_need_party ON pub_need (party);
CREATE TABLE pub_need_provision (
  need TEXT NOT NULL,
  provision TEXT NOT NULL,
  PRIMARY KEY (need, provision)
);
CREATE INDEX pub_need_provision_provision ON pub_need_provision (provision);

CREATE TABLE activity (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  iati_identifier TEXT NOT NULL,
  reporter TEXT NOT NULL,
  secondary BOOLEAN NOT NULL,
  organisation TEXT NOT NULL,
  party TEXT NOT NULL,
  class TEXT NOT NULL,
  class_rank INTEGER NOT NULL,
  rev BIGINT NOT NULL,
  status TEXT NOT NULL,
  day_from TEXT NOT NULL,
  day_to TEXT NOT NULL,
  folded TEXT NOT NULL,
  content TEXT NOT NULL,
  provisions TEXT NOT NULL,
  forms TEXT NOT NULL,
  hash TEXT NOT NULL,
  batch TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  last_updated BIGINT NOT NULL,
  published_at BIGINT NOT NULL
);
CREATE INDEX activity_iati ON activity (iati_identifier, reporter) WHERE iati_identifier <> '';
CREATE INDEX activity_hash ON activity (hash) WHERE hash <> '';

-- By what activities are found: kind is recipient, provision, form or organisation.
CREATE TABLE activity_key (
  activity TEXT NOT NULL REFERENCES activity (id),
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (activity, kind, value)
);
CREATE INDEX activity_key_value ON activity_key (kind, value);

-- The bytes that a publisher wrote, for export.
CREATE TABLE activity_original (
  activity TEXT PRIMARY KEY REFERENCES activity (id),
  hash TEXT NOT NULL,
  version TEXT NOT NULL,
  namespaces TEXT NOT NULL,
  xml BYTEA NOT NULL
);

CREATE TABLE statement (
  id TEXT PRIMARY KEY,
  activity TEXT NOT NULL REFERENCES activity (id),
  side TEXT NOT NULL,
  kind TEXT NOT NULL,
  words TEXT NOT NULL,
  party TEXT NOT NULL,
  organisation TEXT NOT NULL,
  class TEXT NOT NULL,
  class_rank INTEGER NOT NULL,
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX statement_activity ON statement (activity);

CREATE TABLE need_link (
  id TEXT PRIMARY KEY,
  need TEXT NOT NULL REFERENCES need (id),
  activity TEXT NOT NULL REFERENCES activity (id),
  note TEXT NOT NULL,
  by_account TEXT NOT NULL,
  role TEXT NOT NULL,
  party TEXT NOT NULL,
  organisation TEXT NOT NULL,
  at BIGINT NOT NULL,
  undone_by TEXT NOT NULL,
  undone_at BIGINT NOT NULL
);
CREATE INDEX need_link_need ON need_link (need);
CREATE INDEX need_link_activity ON need_link (activity);

CREATE VIEW pub_activity AS SELECT id, source, iati_identifier, reporter, secondary, organisation, party, class, class_rank, rev, status, day_from, day_to, folded,
  content, provisions, forms, hash, batch, created_at, changed_at, last_updated, published_at FROM activity WHERE class = 'public';
CREATE VIEW pub_activity_key AS SELECT k.activity, k.kind, k.value FROM activity_key k JOIN activity a ON a.id = k.activity WHERE a.class = 'public';
CREATE VIEW pub_activity_original AS SELECT o.activity, o.hash, o.version, o.namespaces, o.xml FROM activity_original o JOIN activity a ON a.id = o.activity WHERE a.class = 'public';
CREATE VIEW pub_statement AS SELECT s.id, s.activity, s.side, s.kind, s.words, s.party, s.organisation, s.class, s.class_rank, '' AS by_account, '' AS by_name, s.at
  FROM statement s JOIN activity a ON a.id = s.activity WHERE s.class = 'public' AND a.class = 'public';
CREATE VIEW pub_need_link AS SELECT l.id, l.need, l.activity, l.note, '' AS by_account, l.role, l.party, l.organisation, l.at, l.undone_by, l.undone_at
  FROM need_link l JOIN pub_need n ON n.id = l.need JOIN activity a ON a.id = l.activity WHERE a.class = 'public' AND l.undone_at = 0;
