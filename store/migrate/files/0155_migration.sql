-- The parties that wait for a round: a round is kept in one step, and they enter one after another.
CREATE TABLE round_waiting (
  round TEXT NOT NULL REFERENCES round (id),
  ord INTEGER NOT NULL,
  party TEXT NOT NULL,
  PRIMARY KEY (round, party)
);

-- What each party of a round is given: the questions, and which earlier ones they take their text from.
CREATE TABLE round_plan (
  round TEXT PRIMARY KEY REFERENCES round (id),
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL,
  questions TEXT NOT NULL
);

-- A round whose answers come from an earlier round on another edition.
CREATE TABLE migration (
  round TEXT PRIMARY KEY REFERENCES round (id),
  origin TEXT NOT NULL REFERENCES round (id),
  moves BOOLEAN NOT NULL,
  at BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL,
  undone_at BIGINT NOT NULL,
  undone_name TEXT NOT NULL
);

-- One State's part of it.
CREATE TABLE migration_assessment (
  assessment TEXT PRIMARY KEY REFERENCES assessment (id),
  origin TEXT NOT NULL, -- '' where the party was not in the earlier round
  round TEXT NOT NULL,
  was TEXT NOT NULL,
  moved BOOLEAN NOT NULL,
  at BIGINT NOT NULL,
  undone_at BIGINT NOT NULL
);
CREATE INDEX migration_assessment_origin ON migration_assessment (origin);
CREATE INDEX migration_assessment_round ON migration_assessment (round);

-- Where the text of each answer came from: version is the answer's that holds it, 0 where it went elsewhere.
CREATE TABLE migration_answer (
  answer TEXT NOT NULL REFERENCES answer (id),
  origin TEXT NOT NULL REFERENCES answer (id),
  fate TEXT NOT NULL,
  version INTEGER NOT NULL,
  origin_version INTEGER NOT NULL,
  PRIMARY KEY (answer, origin)
);
CREATE INDEX migration_answer_origin ON migration_answer (origin);

-- A round that was opened by mistake and left again by every State is no longer announced.
ALTER TABLE round ADD COLUMN closed_at BIGINT NOT NULL DEFAULT 0;
DROP VIEW pub_round;
CREATE VIEW pub_round AS SELECT id, edition, titles, opened_at, '' AS opened_by, due_on, deadlines FROM round WHERE closed_at = 0;
