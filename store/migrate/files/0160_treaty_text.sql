-- Official texts of conventions: editions are appended, none is changed; the newest that was not taken back stands.
CREATE TABLE treaty_text (
  convention TEXT NOT NULL,
  lang TEXT NOT NULL,
  edition INTEGER NOT NULL,
  status TEXT NOT NULL,
  source TEXT NOT NULL,
  source_url TEXT NOT NULL,
  licence TEXT NOT NULL,
  date TEXT NOT NULL,
  hash TEXT NOT NULL,
  loaded_at BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  taken_back_at BIGINT NOT NULL,
  PRIMARY KEY (convention, lang, edition)
);
CREATE TABLE treaty_passage (
  convention TEXT NOT NULL,
  lang TEXT NOT NULL,
  edition INTEGER NOT NULL,
  ord INTEGER NOT NULL,
  provision TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (convention, lang, edition, ord),
  FOREIGN KEY (convention, lang, edition) REFERENCES treaty_text (convention, lang, edition)
);
CREATE INDEX treaty_passage_provision ON treaty_passage (convention, lang, edition, provision);

CREATE VIEW pub_treaty_text AS SELECT t.convention, t.lang, t.edition, t.status, t.source, t.source_url, t.licence, t.date, t.hash, t.loaded_at
  FROM treaty_text t WHERE t.taken_back_at = 0
  AND t.edition = (SELECT MAX(o.edition) FROM treaty_text o WHERE o.convention = t.convention AND o.lang = t.lang AND o.taken_back_at = 0);
CREATE VIEW pub_treaty_passage AS SELECT p.convention, p.lang, p.edition, p.ord, p.provision, p.body
  FROM treaty_passage p JOIN treaty_text t ON t.convention = p.convention AND t.lang = p.lang AND t.edition = p.edition
  WHERE t.taken_back_at = 0
  AND t.edition = (SELECT MAX(o.edition) FROM treaty_text o WHERE o.convention = t.convention AND o.lang = t.lang AND o.taken_back_at = 0);
CREATE VIEW pub_treaty_mark AS SELECT COALESCE(MAX(changed_at), 0) AS mark FROM treaty_text;

-- Reference data that the operator added: conventions, lists of States. The newest of a kind and id that was not taken back stands.
CREATE TABLE reference_file (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  edition INTEGER NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL,
  loaded_at BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  taken_back_at BIGINT NOT NULL,
  PRIMARY KEY (kind, id, edition)
);
