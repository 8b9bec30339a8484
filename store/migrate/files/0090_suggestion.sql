-- Suggestions stand apart from mappings, so that nothing that reads mappings can show one: they are no statement of
-- anybody until a person accepts them. A refused one stays, so that it is not offered again.
CREATE TABLE suggestion (
  measure TEXT NOT NULL REFERENCES measure (id),
  eid TEXT NOT NULL,
  provision TEXT NOT NULL,
  state TEXT NOT NULL,
  strength TEXT NOT NULL,
  score INTEGER NOT NULL,
  reasons TEXT NOT NULL,
  note TEXT NOT NULL,
  by_account TEXT NOT NULL,
  at BIGINT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  PRIMARY KEY (measure, eid, provision)
);
-- For which version of a text suggestions were computed, when, and how many units it has.
CREATE TABLE mapping_run (
  measure TEXT PRIMARY KEY REFERENCES measure (id),
  n INTEGER NOT NULL,
  units INTEGER NOT NULL,
  at BIGINT NOT NULL
);
-- Sections that somebody looked at.
CREATE TABLE mapping_seen (
  measure TEXT NOT NULL REFERENCES measure (id),
  eid TEXT NOT NULL,
  by_account TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (measure, eid)
);
INSERT INTO suggestion (measure, eid, provision, state, strength, score, reasons, note, by_account, at, decided_by, decided_at)
  SELECT measure, eid, provision, 'open', '', 0, '[]', note, by_account, at, '', 0 FROM mapping WHERE status = 'suggested';
DELETE FROM mapping WHERE status = 'suggested';

-- Who made a mapping and which State validated it are two statements. The reasons are those of the suggestion it came from.
ALTER TABLE mapping ADD COLUMN validated_by TEXT NOT NULL DEFAULT '';
ALTER TABLE mapping ADD COLUMN validated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mapping ADD COLUMN reasons TEXT NOT NULL DEFAULT '';
UPDATE mapping SET validated_at = at, validated_by = (SELECT m.country FROM measure m WHERE m.id = mapping.measure) WHERE status = 'validated';
DROP VIEW pub_mapping;
CREATE VIEW pub_mapping AS SELECT x.id, x.measure, x.eid, x.provision, x.status, x.note, '' AS by_account, x.at, x.validated_by, x.validated_at, '' AS reasons
  FROM mapping x JOIN measure m ON m.id = x.measure WHERE m.visibility = 'public' AND x.status <> 'suggested';
