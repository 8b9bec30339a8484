CREATE TABLE account (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  agency TEXT NOT NULL,
  role TEXT NOT NULL,
  party TEXT NOT NULL,
  organisation TEXT NOT NULL,
  lang TEXT NOT NULL,
  disabled BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_email ON account (email, role) WHERE email <> '';
CREATE INDEX account_party ON account (party, role);

CREATE TABLE link (
  hash TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  expires BIGINT NOT NULL,
  reusable BOOLEAN NOT NULL
);
CREATE INDEX link_account ON link (account);

CREATE TABLE session (
  hash TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);
