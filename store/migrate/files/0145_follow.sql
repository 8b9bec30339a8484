-- What people follow, how far each has been told, and the letters that tell it.
CREATE TABLE subscription (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  label TEXT NOT NULL,
  pace TEXT NOT NULL,
  cursor BIGINT NOT NULL,
  looked_at BIGINT NOT NULL,
  added_at BIGINT NOT NULL,
  UNIQUE (account, kind, value)
);
CREATE INDEX subscription_due ON subscription (pace, looked_at);

-- Up to which change an account has seen what is new.
CREATE TABLE seen_mark (
  account TEXT PRIMARY KEY REFERENCES account (id),
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL
);

-- What a letter tells: kinds and ids, read again when it is written.
CREATE TABLE digest (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  pace TEXT NOT NULL,
  lines TEXT NOT NULL,
  total INTEGER NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX digest_at ON digest (at);

-- Links of letters that stop them without signing in; the hash of the secret alone is kept.
CREATE TABLE stop_link (
  hash TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  made_at BIGINT NOT NULL
);
CREATE INDEX stop_link_made ON stop_link (made_at);

CREATE INDEX measure_changed ON measure (changed_at);
CREATE INDEX activity_changed ON activity (changed_at);

-- Lines of the outbox about what is public; of what is not, nothing shows.
CREATE VIEW pub_touched_measure AS SELECT o.seq, o.object FROM outbox o JOIN measure m ON m.id = o.object WHERE o.kind = 'measure' AND m.visibility = 'public';
CREATE VIEW pub_touched_answer AS SELECT o.seq, o.object FROM outbox o JOIN pub_answer a ON a.answer = o.object WHERE o.kind = 'answer';
CREATE VIEW pub_touched_need AS SELECT o.seq, o.object FROM outbox o JOIN pub_need n ON n.id = o.object WHERE o.kind = 'need_shown';
CREATE VIEW pub_touched_activity AS SELECT o.seq, o.object FROM outbox o JOIN activity a ON a.id = o.object WHERE o.kind = 'activity' AND a.class = 'public';
CREATE VIEW pub_touched_statement AS SELECT o.seq, o.object FROM outbox o JOIN statement s ON s.id = o.object JOIN activity a ON a.id = s.activity
  WHERE o.kind = 'statement' AND s.class = 'public' AND a.class = 'public';
CREATE VIEW pub_touched_contact_point AS SELECT o.seq, o.object FROM outbox o JOIN contact_point c ON c.id = o.object WHERE o.kind = 'contact_point' AND c.class = 'public';
CREATE VIEW pub_last_change AS SELECT COALESCE(MAX(seq), 0) AS seq FROM outbox;
