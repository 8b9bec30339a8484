-- What a contact point was held against: the State's nomination, by whom and when.
ALTER TABLE contact_point ADD COLUMN nomination TEXT NOT NULL DEFAULT '';
ALTER TABLE contact_point ADD COLUMN verified_on TEXT NOT NULL DEFAULT '';
DROP VIEW pub_contact_point;
CREATE VIEW pub_contact_point AS SELECT id, party, organisation, role, office, person, email, telephone, languages, valid_from, valid_to,
  confirmed_on, class, class_rank, rev, '' AS last_editor, changed_at, '' AS nomination, verified_on FROM contact_point WHERE class = 'public';
