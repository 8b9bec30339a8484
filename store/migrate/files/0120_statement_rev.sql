-- Of which revision of a record a statement speaks: what was confirmed once and has changed since is asked again.
ALTER TABLE statement ADD COLUMN rev BIGINT NOT NULL DEFAULT 0;
UPDATE statement SET rev = (SELECT a.rev FROM activity a WHERE a.id = statement.activity);
CREATE INDEX statement_party ON statement (party, activity);
DROP VIEW pub_statement;
CREATE VIEW pub_statement AS SELECT s.id, s.activity, s.side, s.kind, s.words, s.party, s.organisation, s.class, s.class_rank, '' AS by_account, '' AS by_name, s.at, s.rev
  FROM statement s JOIN activity a ON a.id = s.activity WHERE s.class = 'public' AND a.class = 'public';
