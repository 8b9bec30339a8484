-- Which answers were taken over into which, and up to which version somebody has said that this still holds.
CREATE TABLE reuse (
  answer TEXT NOT NULL REFERENCES answer (id),
  origin TEXT NOT NULL REFERENCES answer (id),
  version INTEGER NOT NULL,
  relation TEXT NOT NULL,
  by_account TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL,
  checked INTEGER NOT NULL,
  checked_by TEXT NOT NULL,
  checked_at BIGINT NOT NULL,
  PRIMARY KEY (answer, origin)
);
CREATE INDEX reuse_origin ON reuse (origin);

-- A State's earlier answers on a provision are looked up beside each question.
CREATE INDEX answer_party_provision ON answer (party, provision);
