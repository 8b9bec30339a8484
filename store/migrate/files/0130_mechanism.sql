-- Coordination bodies, their seats, meetings and actions, and what States released to them.
-- Nothing here is public: there is no pub_ name.
CREATE TABLE mechanism (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  names TEXT NOT NULL,
  about TEXT NOT NULL,
  closed_at BIGINT NOT NULL,
  rev BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE TABLE mechanism_party (
  mechanism TEXT NOT NULL REFERENCES mechanism (id),
  party TEXT NOT NULL,
  PRIMARY KEY (mechanism, party)
);
CREATE INDEX mechanism_party_party ON mechanism_party (party);
CREATE TABLE mechanism_member (
  mechanism TEXT NOT NULL REFERENCES mechanism (id),
  account TEXT NOT NULL REFERENCES account (id),
  chair BOOLEAN NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (mechanism, account)
);
CREATE INDEX mechanism_member_account ON mechanism_member (account);
CREATE TABLE meeting (
  id TEXT PRIMARY KEY,
  mechanism TEXT NOT NULL REFERENCES mechanism (id),
  title TEXT NOT NULL,
  begins BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  place TEXT NOT NULL,
  agenda TEXT NOT NULL,
  outcome TEXT NOT NULL,
  cancelled_at BIGINT NOT NULL,
  rev BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX meeting_mechanism ON meeting (mechanism);
CREATE TABLE action (
  id TEXT PRIMARY KEY,
  mechanism TEXT NOT NULL REFERENCES mechanism (id),
  meeting TEXT NOT NULL,
  what TEXT NOT NULL,
  who TEXT NOT NULL,
  due_on TEXT NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT NOT NULL,
  rev BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX action_mechanism ON action (mechanism);
CREATE TABLE answer_release (
  mechanism TEXT NOT NULL REFERENCES mechanism (id),
  answer TEXT NOT NULL REFERENCES answer (id),
  assessment TEXT NOT NULL,
  round TEXT NOT NULL,
  party TEXT NOT NULL,
  question TEXT NOT NULL,
  provision TEXT NOT NULL,
  ord INTEGER NOT NULL,
  version INTEGER NOT NULL,
  content TEXT NOT NULL,
  hash TEXT NOT NULL,
  released_at BIGINT NOT NULL,
  PRIMARY KEY (mechanism, answer)
);
CREATE INDEX answer_release_party ON answer_release (party);
