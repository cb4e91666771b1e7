-- Whoever grades a submission holds a lease on it: what is graded under another's is thrown away.
ALTER TABLE submissions ADD COLUMN lease TEXT;
-- Who asked for it to be graded again; NULL: it was handed in.
ALTER TABLE submissions ADD COLUMN asked_by TEXT REFERENCES accounts (id) ON DELETE SET NULL;
-- JSON, gzip: what the grader saw when it looked, hidden checks too. NULL until it has looked.
ALTER TABLE evidence ADD COLUMN observed BLOB;
-- Of clean grading: SHA-256 of what rebuilt the files then, and what it said if it failed.
ALTER TABLE evidence ADD COLUMN rebuilt_by TEXT;
ALTER TABLE evidence ADD COLUMN note TEXT NOT NULL DEFAULT '';
-- For the student: why what was handed in could not be rebuilt.
ALTER TABLE gradings ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE INDEX submissions_lab ON submissions (account, course, lab, submitted_at);
-- In the lab's order.
ALTER TABLE graded_checks ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
