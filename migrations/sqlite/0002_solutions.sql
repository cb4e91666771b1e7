-- When a learner asked for the solution of a lab's step: it lowers what checks passed later count.
CREATE TABLE solutions_seen (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    course  TEXT NOT NULL,
    lab     TEXT NOT NULL,
    step    TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (account, course, lab, step)
) STRICT, WITHOUT ROWID;
