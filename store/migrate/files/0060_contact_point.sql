CREATE TABLE contact_point (
  id TEXT PRIMARY KEY,
  party TEXT NOT NULL,
  organisation TEXT NOT NULL,
  role TEXT NOT NULL,
  office TEXT NOT NULL,
  person TEXT NOT NULL,
  email TEXT NOT NULL,
  telephone TEXT NOT NULL,
  languages TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,
  confirmed_on TEXT NOT NULL,
  class TEXT NOT NULL,
  class_rank INTEGER NOT NULL,
  rev BIGINT NOT NULL,
  last_editor TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX contact_point_party ON contact_point (party);

-- What is public of the register; who edited it is nobody's business.
CREATE VIEW pub_contact_point AS SELECT id, party, organisation, role, office, person, email, telephone, languages, valid_from, valid_to,
  confirmed_on, class, class_rank, rev, '' AS last_editor, changed_at FROM contact_point WHERE class = 'public';
