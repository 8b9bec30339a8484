CREATE TABLE measure (
  id TEXT PRIMARY KEY,
  source_id TEXT,
  country TEXT NOT NULL,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  lang TEXT NOT NULL,
  titles TEXT NOT NULL,
  folded TEXT NOT NULL,
  summary TEXT NOT NULL,
  date TEXT NOT NULL,
  source TEXT NOT NULL,
  source_url TEXT NOT NULL,
  licence TEXT NOT NULL,
  owner TEXT NOT NULL,
  visibility TEXT NOT NULL,
  visibility_rank INTEGER NOT NULL,
  validated_at BIGINT NOT NULL,
  validated_by TEXT NOT NULL,
  version INTEGER NOT NULL,
  rev BIGINT NOT NULL,
  added_at BIGINT NOT NULL,
  added_by TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX measure_source_id ON measure (source_id);
CREATE INDEX measure_country ON measure (country);
CREATE INDEX measure_owner ON measure (owner) WHERE owner <> '';

CREATE TABLE measure_version (
  measure TEXT NOT NULL REFERENCES measure (id),
  n INTEGER NOT NULL,
  lang TEXT NOT NULL,
  date TEXT NOT NULL,
  hash TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  format TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  PRIMARY KEY (measure, n)
);

CREATE TABLE section (
  measure TEXT NOT NULL,
  n INTEGER NOT NULL,
  ord INTEGER NOT NULL,
  eid TEXT NOT NULL,
  parent TEXT NOT NULL,
  level INTEGER NOT NULL,
  kind TEXT NOT NULL,
  num TEXT NOT NULL,
  heading TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (measure, n, ord),
  FOREIGN KEY (measure, n) REFERENCES measure_version (measure, n)
);
CREATE INDEX section_eid ON section (measure, n, eid);

CREATE TABLE mapping (
  id TEXT PRIMARY KEY,
  measure TEXT NOT NULL REFERENCES measure (id),
  eid TEXT NOT NULL,
  provision TEXT NOT NULL,
  status TEXT NOT NULL,
  note TEXT NOT NULL,
  by_account TEXT NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (measure, eid, provision)
);
CREATE INDEX mapping_provision ON mapping (provision);

-- The public form of the repository: editorial records, and what a State published.
CREATE VIEW pub_measure AS SELECT id, source_id, country, type, status, lang, titles, folded, summary, date, source, source_url, licence,
  owner, visibility, visibility_rank, validated_at, validated_by, version, rev, added_at, added_by, changed_at FROM measure WHERE visibility = 'public';
CREATE VIEW pub_measure_version AS SELECT v.measure, v.n, v.lang, v.date, v.hash, v.file_hash, v.format, v.recorded_at, v.by_account
  FROM measure_version v JOIN measure m ON m.id = v.measure WHERE m.visibility = 'public';
CREATE VIEW pub_section AS SELECT s.measure, s.n, s.ord, s.eid, s.parent, s.level, s.kind, s.num, s.heading, s.body
  FROM section s JOIN measure m ON m.id = s.measure WHERE m.visibility = 'public';
CREATE VIEW pub_mapping AS SELECT x.id, x.measure, x.eid, x.provision, x.status, x.note, x.by_account, x.at
  FROM mapping x JOIN measure m ON m.id = x.measure WHERE m.visibility = 'public';
