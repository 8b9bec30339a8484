-- The dates of a round's steps, and what one State was granted over them.
ALTER TABLE round ADD COLUMN deadlines TEXT NOT NULL DEFAULT '';
ALTER TABLE assessment ADD COLUMN extended TEXT NOT NULL DEFAULT '';

CREATE TABLE extension (
  id TEXT PRIMARY KEY,
  assessment TEXT NOT NULL REFERENCES assessment (id),
  party TEXT NOT NULL,
  step TEXT NOT NULL,
  was TEXT NOT NULL,
  due_on TEXT NOT NULL,
  reason TEXT NOT NULL,
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX extension_assessment ON extension (assessment);

DROP VIEW pub_round;
CREATE VIEW pub_round AS SELECT id, edition, titles, opened_at, '' AS opened_by, due_on, deadlines FROM round;

-- The progress of every party in a round is counted from the index alone.
CREATE INDEX answer_progress ON answer (assessment, state, submitted, published);
