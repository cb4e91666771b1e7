-- Grading an assignment again with a look before it counts: how far that is. One for each assignment.
-- What would count stands in `gradings` with `preview`.
CREATE TABLE regrades (
    assignment TEXT PRIMARY KEY NOT NULL REFERENCES assignments (id) ON DELETE CASCADE,
    -- A fresh one for each time: who works for an older one stops.
    id         TEXT NOT NULL,
    asked_by   TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    -- The last sign of life.
    at         INTEGER NOT NULL,
    total      INTEGER NOT NULL,
    done       INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- What could not be graded again, and why.
CREATE TABLE regrade_faults (
    assignment TEXT NOT NULL REFERENCES regrades (assignment) ON DELETE CASCADE,
    submission TEXT NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    text       TEXT NOT NULL,
    PRIMARY KEY (assignment, submission)
) STRICT, WITHOUT ROWID;
