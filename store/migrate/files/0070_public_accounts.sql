-- Who recorded, typed or decided something is nobody's business outside: the public forms carry no account.
DROP VIEW pub_measure;
CREATE VIEW pub_measure AS SELECT id, source_id, country, type, status, lang, titles, folded, summary, date, source, source_url, licence,
  owner, visibility, visibility_rank, validated_at, validated_by, version, rev, added_at, '' AS added_by, changed_at FROM measure WHERE visibility = 'public';
DROP VIEW pub_measure_version;
CREATE VIEW pub_measure_version AS SELECT v.measure, v.n, v.lang, v.date, v.hash, v.file_hash, v.format, v.recorded_at, '' AS by_account
  FROM measure_version v JOIN measure m ON m.id = v.measure WHERE m.visibility = 'public';
DROP VIEW pub_mapping;
CREATE VIEW pub_mapping AS SELECT x.id, x.measure, x.eid, x.provision, x.status, x.note, '' AS by_account, x.at
  FROM mapping x JOIN measure m ON m.id = x.measure WHERE m.visibility = 'public';
