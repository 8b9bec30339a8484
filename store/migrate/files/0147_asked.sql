-- How far the yearly question of a contact point is: asked, asked again, nobody answered, or it is somebody else's now. Dates.
ALTER TABLE contact_point ADD COLUMN asked_on TEXT NOT NULL DEFAULT '';
ALTER TABLE contact_point ADD COLUMN reminded_on TEXT NOT NULL DEFAULT '';
ALTER TABLE contact_point ADD COLUMN unconfirmed_on TEXT NOT NULL DEFAULT '';
ALTER TABLE contact_point ADD COLUMN left_on TEXT NOT NULL DEFAULT '';
DROP VIEW pub_contact_point;
CREATE VIEW pub_contact_point AS SELECT id, party, organisation, role, office, person, email, telephone, languages, valid_from, valid_to,
  confirmed_on, class, class_rank, rev, '' AS last_editor, changed_at, '' AS nomination, verified_on,
  '' AS asked_on, '' AS reminded_on, unconfirmed_on, '' AS left_on FROM contact_point WHERE class = 'public';

-- Links of these letters; the hash of the secret alone is kept.
CREATE TABLE contact_link (
  hash TEXT PRIMARY KEY,
  contact TEXT NOT NULL REFERENCES contact_point (id),
  made_at BIGINT NOT NULL
);
CREATE INDEX contact_link_made ON contact_link (made_at);

-- Of which needs a State was asked whether they were met, and in which year of their standing.
CREATE TABLE need_asked (
  need TEXT NOT NULL REFERENCES need (id),
  year INTEGER NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (need, year)
);
