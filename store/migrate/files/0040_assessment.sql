CREATE TABLE round (
  id TEXT PRIMARY KEY,
  edition TEXT NOT NULL,
  titles TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  opened_by TEXT NOT NULL,
  due_on TEXT NOT NULL
);

CREATE TABLE assessment (
  id TEXT PRIMARY KEY,
  round TEXT NOT NULL REFERENCES round (id),
  party TEXT NOT NULL,
  state TEXT NOT NULL,
  rev BIGINT NOT NULL,
  submissions INTEGER NOT NULL,
  submitted_at BIGINT NOT NULL,
  submitted_by TEXT NOT NULL,
  receipt TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  UNIQUE (round, party)
);
CREATE INDEX assessment_party ON assessment (party);

CREATE TABLE answer (
  id TEXT PRIMARY KEY,
  assessment TEXT NOT NULL REFERENCES assessment (id),
  party TEXT NOT NULL,
  question TEXT NOT NULL,
  provision TEXT NOT NULL,
  ord INTEGER NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  submitted INTEGER NOT NULL,
  published INTEGER NOT NULL,
  class TEXT NOT NULL,
  class_rank INTEGER NOT NULL,
  assignee TEXT NOT NULL,
  agency TEXT NOT NULL,
  due_on TEXT NOT NULL,
  reason TEXT NOT NULL,
  returned_by TEXT NOT NULL,
  returned_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  UNIQUE (assessment, question)
);
CREATE INDEX answer_assignee ON answer (assignee) WHERE assignee <> '';

-- Append-only: nothing updates or deletes a row.
CREATE TABLE answer_version (
  answer TEXT NOT NULL REFERENCES answer (id),
  n INTEGER NOT NULL,
  content TEXT NOT NULL,
  hash TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL,
  agency TEXT NOT NULL,
  source TEXT NOT NULL,
  proposal TEXT NOT NULL,
  PRIMARY KEY (answer, n)
);

CREATE TABLE proposal (
  id TEXT PRIMARY KEY,
  answer TEXT NOT NULL REFERENCES answer (id),
  base INTEGER NOT NULL,
  author TEXT NOT NULL,
  name TEXT NOT NULL,
  agency TEXT NOT NULL,
  state TEXT NOT NULL,
  saves INTEGER NOT NULL,
  content TEXT NOT NULL,
  note TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX proposal_answer ON proposal (answer);

-- Every acknowledged save of a contribution, append-only.
CREATE TABLE proposal_save (
  proposal TEXT NOT NULL REFERENCES proposal (id),
  n INTEGER NOT NULL,
  content TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (proposal, n)
);

CREATE TABLE snapshot (
  assessment TEXT NOT NULL REFERENCES assessment (id),
  n INTEGER NOT NULL,
  hash TEXT NOT NULL,
  lines TEXT NOT NULL,
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (assessment, n)
);

-- What the public sees of an answer: a frozen copy of the published parts.
CREATE TABLE pub_answer (
  answer TEXT PRIMARY KEY,
  assessment TEXT NOT NULL,
  round TEXT NOT NULL,
  party TEXT NOT NULL,
  question TEXT NOT NULL,
  provision TEXT NOT NULL,
  ord INTEGER NOT NULL,
  version INTEGER NOT NULL,
  parts TEXT NOT NULL,
  content TEXT NOT NULL,
  hash TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  withdrawn_at BIGINT NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX pub_answer_party ON pub_answer (party);
CREATE INDEX pub_answer_provision ON pub_answer (provision);

CREATE TABLE pub_answer_citation (
  answer TEXT NOT NULL,
  ord INTEGER NOT NULL,
  measure TEXT NOT NULL,
  version INTEGER NOT NULL,
  eid TEXT NOT NULL,
  PRIMARY KEY (answer, ord)
);
CREATE INDEX pub_answer_citation_measure ON pub_answer_citation (measure);

-- Rounds are no secret: public pages name the round of an answer.
CREATE VIEW pub_round AS SELECT id, edition, titles, opened_at, due_on FROM round;
