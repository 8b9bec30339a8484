-- Requests for assistance and offers of it, what happened to them, who answered, the periods of their steps,
-- and the days on which a State or the secretariat works. What was published is copied into pub_clearing.
CREATE TABLE clearing (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  party TEXT NOT NULL,
  organisation TEXT NOT NULL,
  need TEXT NOT NULL,
  content TEXT NOT NULL,
  form TEXT NOT NULL,
  circle TEXT NOT NULL,
  mechanism TEXT NOT NULL,
  schedule_n BIGINT NOT NULL,
  schedule TEXT NOT NULL,
  state TEXT NOT NULL,
  due_on TEXT NOT NULL,
  since BIGINT NOT NULL,
  circulated_at BIGINT NOT NULL,
  is_public BOOLEAN NOT NULL,
  result TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  by_account TEXT NOT NULL,
  rev BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX clearing_party ON clearing (party);
CREATE INDEX clearing_state ON clearing (state);
CREATE INDEX clearing_need ON clearing (need);
CREATE TABLE clearing_provision (
  clearing TEXT NOT NULL REFERENCES clearing (id),
  provision TEXT NOT NULL,
  PRIMARY KEY (clearing, provision)
);
CREATE TABLE clearing_event (
  id TEXT PRIMARY KEY,
  clearing TEXT NOT NULL REFERENCES clearing (id),
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  role TEXT NOT NULL,
  party TEXT NOT NULL,
  organisation TEXT NOT NULL,
  by_rule BOOLEAN NOT NULL,
  note TEXT NOT NULL
);
CREATE INDEX clearing_event_clearing ON clearing_event (clearing);
CREATE TABLE clearing_asked (
  clearing TEXT NOT NULL REFERENCES clearing (id),
  party TEXT NOT NULL,
  organisation TEXT NOT NULL,
  PRIMARY KEY (clearing, party, organisation)
);
CREATE INDEX clearing_asked_who ON clearing_asked (party, organisation);
CREATE TABLE clearing_answer (
  id TEXT PRIMARY KEY,
  clearing TEXT NOT NULL REFERENCES clearing (id),
  party TEXT NOT NULL,
  organisation TEXT NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_account TEXT NOT NULL,
  UNIQUE (clearing, party, organisation)
);
CREATE INDEX clearing_answer_who ON clearing_answer (party, organisation);
CREATE TABLE clearing_schedule (
  kind TEXT NOT NULL,
  n BIGINT NOT NULL,
  content TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (kind, n)
);
CREATE TABLE work_calendar (
  owner TEXT PRIMARY KEY,
  weekend TEXT NOT NULL,
  holidays TEXT NOT NULL,
  rev BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE TABLE pub_clearing (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  party TEXT NOT NULL,
  organisation TEXT NOT NULL,
  need TEXT NOT NULL,
  content TEXT NOT NULL,
  form TEXT NOT NULL,
  state TEXT NOT NULL,
  due_on TEXT NOT NULL,
  circulated_at BIGINT NOT NULL,
  result TEXT NOT NULL,
  outcome TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE TABLE pub_clearing_provision (
  clearing TEXT NOT NULL REFERENCES pub_clearing (id),
  provision TEXT NOT NULL,
  PRIMARY KEY (clearing, provision)
);
