-- Letters may go to a contact point, which has no account.
CREATE TABLE mail_kept (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
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
  contact TEXT NOT NULL DEFAULT '',
  UNIQUE (account, ref)
);
INSERT INTO mail_kept (id, account, party, kind, ref, args, at, next_at, tries, sent_at, failed, given_up, recipient, subject, body)
  SELECT id, account, party, kind, ref, args, at, next_at, tries, sent_at, failed, given_up, recipient, subject, body FROM mail;
DROP TABLE mail;
ALTER TABLE mail_kept RENAME TO mail;
CREATE INDEX mail_ref ON mail (ref);
CREATE INDEX mail_waiting ON mail (next_at) WHERE sent_at = 0 AND NOT given_up;
