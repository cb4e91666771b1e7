-- In which zone a class's times are typed and shown: a name of the IANA database.
ALTER TABLE classes ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC';
-- Who is in a class, for looking from a lesson or lab to the assignments that ask for it.
CREATE INDEX assignments_item ON assignments (kind, slug);
