-- One row that names this installation: sandboxes carry it as a label, so that two servers on one
-- engine never remove each other's.
CREATE TABLE installation (
    id         TEXT PRIMARY KEY NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Times are Unix seconds, UTC. Ids are UUIDv7 in their usual text form.
CREATE TABLE accounts (
    id         TEXT PRIMARY KEY NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('guest')),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE lesson_progress (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    course  TEXT NOT NULL,
    lesson  TEXT NOT NULL,
    done_at INTEGER NOT NULL,
    PRIMARY KEY (account, course, lesson)
) STRICT, WITHOUT ROWID;

CREATE TABLE quiz_progress (
    account    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    course     TEXT NOT NULL,
    lesson     TEXT NOT NULL,
    quiz       TEXT NOT NULL,
    tries      INTEGER NOT NULL,
    correct_at INTEGER,
    PRIMARY KEY (account, course, lesson, quiz)
) STRICT, WITHOUT ROWID;

-- A check that was once passed in any session of a lab: what the course map shows.
CREATE TABLE check_progress (
    account   TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    course    TEXT NOT NULL,
    lab       TEXT NOT NULL,
    check_id  TEXT NOT NULL,
    passed_at INTEGER NOT NULL,
    PRIMARY KEY (account, course, lab, check_id)
) STRICT, WITHOUT ROWID;

-- Where the learner was last, for "continue where you were".
CREATE TABLE last_place (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    course  TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('lesson', 'lab')),
    slug    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (account, course)
) STRICT, WITHOUT ROWID;

CREATE TABLE lab_sessions (
    id         TEXT PRIMARY KEY NOT NULL,
    account    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    course     TEXT NOT NULL,
    lab        TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('creating', 'ready', 'ended', 'failed')),
    reason     TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    extensions INTEGER NOT NULL DEFAULT 0,
    ended_at   INTEGER
) STRICT;

-- A learner has at most one living session of a lab.
CREATE UNIQUE INDEX lab_sessions_living ON lab_sessions (account, course, lab) WHERE ended_at IS NULL;
CREATE INDEX lab_sessions_ended ON lab_sessions (ended_at);

-- Results and answers of one session; gone with it.
CREATE TABLE session_checks (
    session  TEXT NOT NULL REFERENCES lab_sessions (id) ON DELETE CASCADE,
    check_id TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('pass', 'fail', 'error')),
    expected TEXT NOT NULL,
    found    TEXT NOT NULL,
    look_at  TEXT,
    at       INTEGER NOT NULL,
    PRIMARY KEY (session, check_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_answers (
    session  TEXT NOT NULL REFERENCES lab_sessions (id) ON DELETE CASCADE,
    check_id TEXT NOT NULL,
    answer   TEXT NOT NULL,
    PRIMARY KEY (session, check_id)
) STRICT, WITHOUT ROWID;

-- The learner's files as they were when a session of the lab last ended: put back at its next start.
CREATE TABLE kept_files (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    course  TEXT NOT NULL,
    lab     TEXT NOT NULL,
    archive BLOB NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (account, course, lab)
) STRICT, WITHOUT ROWID;
