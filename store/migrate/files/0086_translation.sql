-- A translation renders one version of a text; editions are appended, none is changed.
CREATE TABLE translation (
  measure TEXT NOT NULL,
  n INTEGER NOT NULL,
  lang TEXT NOT NULL,
  edition INTEGER NOT NULL,
  status TEXT NOT NULL,
  title TEXT NOT NULL,
  maker TEXT NOT NULL,
  source_url TEXT NOT NULL,
  hash TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  format TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  PRIMARY KEY (measure, n, lang, edition),
  FOREIGN KEY (measure, n) REFERENCES measure_version (measure, n)
);

CREATE TABLE translation_section (
  measure TEXT NOT NULL,
  n INTEGER NOT NULL,
  lang TEXT NOT NULL,
  edition INTEGER NOT NULL,
  ord INTEGER NOT NULL,
  eid TEXT NOT NULL,
  parent TEXT NOT NULL,
  level INTEGER NOT NULL,
  kind TEXT NOT NULL,
  num TEXT NOT NULL,
  heading TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (measure, n, lang, edition, ord),
  FOREIGN KEY (measure, n, lang, edition) REFERENCES translation (measure, n, lang, edition)
);

CREATE VIEW pub_translation AS SELECT t.measure, t.n, t.lang, t.edition, t.status, t.title, t.maker, t.source_url, t.hash, t.file_hash, t.format, t.recorded_at, '' AS by_account
  FROM translation t JOIN measure m ON m.id = t.measure WHERE m.visibility = 'public';
CREATE VIEW pub_translation_section AS SELECT s.measure, s.n, s.lang, s.edition, s.ord, s.eid, s.parent, s.level, s.kind, s.num, s.heading, s.body
  FROM translation_section s JOIN measure m ON m.id = s.measure WHERE m.visibility = 'public';
