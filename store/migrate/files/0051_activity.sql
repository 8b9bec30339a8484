-- content holds what lists and pages of others show; detail holds money, places, documents,
-- related activities, contacts and results; picture is what the coordination view needs.
CREATE TABLE activity (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  iati_identifier TEXT NOT NULL,
  reporter TEXT NOT NULL,
  secondary BOOLEAN NOT NULL,
  phase TEXT NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL,
  organisation TEXT NOT NULL,
  party TEXT NOT NULL,
  class TEXT NOT NULL,
  class_rank INTEGER NOT NULL,
  rev BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  last_updated BIGINT NOT NULL,
  published_at BIGINT NOT NULL,
  hash TEXT NOT NULL,
  batch TEXT NOT NULL,
  folded TEXT NOT NULL,
  picture TEXT NOT NULL,
  content TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX activity_identifier ON activity (iati_identifier) WHERE iati_identifier <> '';
-- One record per identifier and reporter, of its owner and of a secondary reporter apart.
CREATE UNIQUE INDEX activity_key ON activity (iati_identifier, reporter, secondary) WHERE source = 'iati';
CREATE INDEX activity_hash ON activity (hash) WHERE hash <> '';
CREATE INDEX activity_party ON activity (party) WHERE party <> '';
CREATE INDEX activity_batch ON activity (batch) WHERE batch <> '';

CREATE TABLE activity_recipient (
  activity TEXT NOT NULL REFERENCES activity (id),
  party TEXT NOT NULL,
  PRIMARY KEY (activity, party)
);
CREATE INDEX activity_recipient_party ON activity_recipient (party);

CREATE TABLE activity_org (
  activity TEXT NOT NULL REFERENCES activity (id),
  org TEXT NOT NULL,
  ref TEXT NOT NULL,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  sort TEXT NOT NULL,
  PRIMARY KEY (activity, org)
);
CREATE INDEX activity_org_org ON activity_org (org);

CREATE TABLE activity_mapping (
  activity TEXT NOT NULL REFERENCES activity (id),
  ord INTEGER NOT NULL,
  provision TEXT NOT NULL,
  form TEXT NOT NULL,
  status TEXT NOT NULL,
  reasons TEXT NOT NULL,
  by_account TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (activity, provision, form)
);
CREATE INDEX activity_mapping_provision ON activity_mapping (provision) WHERE provision <> '';
CREATE INDEX activity_mapping_form ON activity_mapping (form) WHERE form <> '';

-- Append-only: what publishers wrote, by revision of the record, compressed (DEFLATE).
CREATE TABLE activity_original (
  activity TEXT NOT NULL REFERENCES activity (id),
  rev BIGINT NOT NULL,
  batch TEXT NOT NULL,
  hash TEXT NOT NULL,
  version TEXT NOT NULL,
  namespaces TEXT NOT NULL,
  size INTEGER NOT NULL,
  xml BYTEA NOT NULL,
  PRIMARY KEY (activity, rev)
);

CREATE TABLE activity_statement (
  id TEXT PRIMARY KEY,
  activity TEXT NOT NULL REFERENCES activity (id),
  side TEXT NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  party TEXT NOT NULL,
  organisation TEXT NOT NULL,
  class TEXT NOT NULL,
  class_rank INTEGER NOT NULL,
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX activity_statement_activity ON activity_statement (activity);

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

-- The public form: editorial records at once, a State's own once its approver published them.
CREATE VIEW pub_activity AS SELECT id, source, iati_identifier, reporter, secondary, phase, from_day, to_day, organisation, party, class, class_rank, rev,
  created_at, changed_at, last_updated, published_at, hash, folded, picture, content, detail FROM activity WHERE class = 'public';
CREATE VIEW pub_activity_recipient AS SELECT r.activity, r.party FROM activity_recipient r JOIN activity a ON a.id = r.activity WHERE a.class = 'public';
CREATE VIEW pub_activity_org AS SELECT o.activity, o.org, o.ref, o.type, o.name, o.sort FROM activity_org o JOIN activity a ON a.id = o.activity WHERE a.class = 'public';
CREATE VIEW pub_activity_mapping AS SELECT x.activity, x.ord, x.provision, x.form, x.status, x.reasons, '' AS by_account, x.at
  FROM activity_mapping x JOIN activity a ON a.id = x.activity WHERE a.class = 'public';
CREATE VIEW pub_activity_original AS SELECT o.activity, o.rev, o.hash, o.version, o.namespaces, o.size, o.xml
  FROM activity_original o JOIN activity a ON a.id = o.activity WHERE a.class = 'public';
CREATE VIEW pub_activity_statement AS SELECT s.id, s.activity, s.side, s.kind, s.text, s.party, s.organisation, s.class, s.class_rank, '' AS by_account, '' AS by_name, s.at
  FROM activity_statement s JOIN activity a ON a.id = s.activity WHERE s.class = 'public' AND a.class = 'public';
-- A link is public when both its ends are. What a State's people noted beside it was not published by their approver and stays inside.
CREATE VIEW pub_need_link AS SELECT l.id, l.need, l.activity, CASE WHEN l.role IN ('provider', 'officer') THEN l.note ELSE '' END AS note, '' AS by_account, l.role, l.party, l.organisation, l.at
  FROM need_link l JOIN pub_need p ON p.need = l.need JOIN activity a ON a.id = l.activity WHERE l.undone_at = 0 AND a.class = 'public';
