-- Letters to be written to people: kinds and ids, in the transaction of the act they belong to.
CREATE TABLE mail (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  party TEXT NOT NULL,
  kind TEXT NOT NULL,
  ref TEXT NOT NULL,
  args TEXT NOT NULL,
  at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  tries INTEGER NOT NULL,
  sent_at BIGINT NOT NULL,
  failed TEXT NOT NULL,
  given_up BOOLEAN NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (account, ref)
);
CREATE INDEX mail_ref ON mail (ref);
CREATE INDEX mail_waiting ON mail (next_at) WHERE sent_at = 0 AND NOT given_up;
