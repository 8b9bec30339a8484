-- Each version of a text has dates, a status and a source of its own; a State's validation names the version it looked at.
ALTER TABLE measure_version ADD COLUMN adopted TEXT NOT NULL DEFAULT '';
ALTER TABLE measure_version ADD COLUMN in_from TEXT NOT NULL DEFAULT '';
ALTER TABLE measure_version ADD COLUMN in_until TEXT NOT NULL DEFAULT '';
ALTER TABLE measure_version ADD COLUMN status TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE measure_version ADD COLUMN source_url TEXT NOT NULL DEFAULT '';
-- The newest text of a record stands as the record stands; of older texts nothing more is known.
UPDATE measure_version SET status = (SELECT m.status FROM measure m WHERE m.id = measure_version.measure)
  WHERE n = (SELECT m.version FROM measure m WHERE m.id = measure_version.measure);
ALTER TABLE measure ADD COLUMN validated_version INTEGER NOT NULL DEFAULT 0;
UPDATE measure SET validated_version = version WHERE validated_at <> 0;
DROP VIEW pub_measure;
CREATE VIEW pub_measure AS SELECT id, source_id, country, type, status, lang, titles, folded, summary, date, source, source_url, licence,
  owner, visibility, visibility_rank, validated_at, validated_by, validated_version, version, rev, added_at, '' AS added_by, changed_at FROM measure WHERE visibility = 'public';
DROP VIEW pub_measure_version;
CREATE VIEW pub_measure_version AS SELECT v.measure, v.n, v.lang, v.date, v.hash, v.file_hash, v.format, v.adopted, v.in_from, v.in_until, v.status, v.source_url,
  v.recorded_at, '' AS by_account FROM measure_version v JOIN measure m ON m.id = v.measure WHERE m.visibility = 'public';
