-- Addresses that are told of changes by program, and what was sent to them. No secret is kept: it is made of the key of the instance, the id and the salt.
CREATE TABLE webhook (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  url TEXT NOT NULL,
  everything BOOLEAN NOT NULL,
  salt TEXT NOT NULL,
  cursor BIGINT NOT NULL,
  disabled_at BIGINT NOT NULL,
  why TEXT NOT NULL,
  added_at BIGINT NOT NULL
);
CREATE INDEX webhook_account ON webhook (account);
CREATE TABLE webhook_delivery (
  id TEXT PRIMARY KEY,
  hook TEXT NOT NULL REFERENCES webhook (id),
  lines TEXT NOT NULL,
  at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  tries INTEGER NOT NULL,
  status INTEGER NOT NULL,
  failed TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  given_up BOOLEAN NOT NULL
);
CREATE INDEX webhook_delivery_hook ON webhook_delivery (hook, id);
CREATE INDEX webhook_delivery_at ON webhook_delivery (at);
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (next_at) WHERE sent_at = 0 AND NOT given_up;
