-- People, classes, assignments, submissions and grades. Times are Unix seconds, UTC; ids are UUIDv7.

-- An account is anybody with a session. Who signed up (or was signed up) also has a row in `people`;
-- an account without one is a guest.
ALTER TABLE accounts DROP COLUMN kind;
-- When the account was last seen, to within some minutes: guests who never come back are deleted.
ALTER TABLE accounts ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
UPDATE accounts SET seen_at = created_at;

CREATE TABLE people (
    account    TEXT PRIMARY KEY NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- Name to sign in with. NULL for who comes only through another system that gives no address.
    email      TEXT COLLATE NOCASE UNIQUE,
    name       TEXT NOT NULL,
    -- Argon2id in PHC form. NULL: no password, by another system or a reset link only.
    password   TEXT,
    role       TEXT NOT NULL CHECK (role IN ('student', 'instructor', 'operator')),
    -- Raised to end every session at once: a session carries the epoch that it was begun in.
    epoch      INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who somebody is to another system: an OpenID provider, a platform by LTI.
CREATE TABLE identities (
    issuer  TEXT NOT NULL,
    subject TEXT NOT NULL,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_account ON identities (account);

-- One-time links to set a password. Only the SHA-256 of the token is stored.
CREATE TABLE password_links (
    token      BLOB PRIMARY KEY NOT NULL,
    account    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    made_by    TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE classes (
    id         TEXT PRIMARY KEY NOT NULL,
    course     TEXT NOT NULL,
    title      TEXT NOT NULL,
    join_code  TEXT NOT NULL UNIQUE,
    join_open  INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    -- Archived classes are read only.
    archived_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
    class     TEXT NOT NULL REFERENCES classes (id) ON DELETE CASCADE,
    account   TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role      TEXT NOT NULL CHECK (role IN ('student', 'instructor')),
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (class, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_account ON members (account);

-- How a class orders the modules of its course, and which it hides. Modules without a row come last,
-- in the course's order, and are shown.
CREATE TABLE class_modules (
    class    TEXT NOT NULL REFERENCES classes (id) ON DELETE CASCADE,
    module   TEXT NOT NULL,
    position INTEGER NOT NULL,
    hidden   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (class, module)
) STRICT, WITHOUT ROWID;

CREATE TABLE assignments (
    id         TEXT PRIMARY KEY NOT NULL,
    class      TEXT NOT NULL REFERENCES classes (id) ON DELETE CASCADE,
    -- `lesson`: read to the end. `quiz`: the questions of a lesson. `lab`: submitted and graded.
    kind       TEXT NOT NULL CHECK (kind IN ('lesson', 'quiz', 'lab')),
    -- Slug of the lesson or lab in the class's course.
    slug       TEXT NOT NULL,
    opens_at   INTEGER,
    due_at     INTEGER,
    -- After this nothing is taken. NULL: late work is taken for ever.
    closes_at  INTEGER,
    -- Percent taken off for each day begun after `due_at`, down to 0.
    late_percent INTEGER NOT NULL DEFAULT 0 CHECK (late_percent BETWEEN 0 AND 100),
    -- NULL: any number.
    max_attempts INTEGER CHECK (max_attempts > 0),
    counts     TEXT NOT NULL DEFAULT 'best' CHECK (counts IN ('best', 'last')),
    -- Labs only.
    grading    TEXT NOT NULL DEFAULT 'clean' CHECK (grading IN ('live', 'clean')),
    position   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (class, kind, slug)
) STRICT, WITHOUT ROWID;

-- A lab handed in. Stored with its evidence before anything is graded.
CREATE TABLE submissions (
    id           TEXT PRIMARY KEY NOT NULL,
    account      TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    course       TEXT NOT NULL,
    lab          TEXT NOT NULL,
    -- NULL: handed in for practice, outside any class.
    assignment   TEXT REFERENCES assignments (id) ON DELETE CASCADE,
    -- From 1, counted for each account and assignment (or lab, for practice).
    attempt      INTEGER NOT NULL,
    grading      TEXT NOT NULL CHECK (grading IN ('live', 'clean')),
    submitted_at INTEGER NOT NULL,
    -- `error`: the platform failed for good; costs no attempt and can be graded again.
    state        TEXT NOT NULL CHECK (state IN ('queued', 'grading', 'graded', 'error')),
    -- Why the platform failed, for people.
    fault        TEXT,
    -- How often grading was begun since it was queued, and when a begun grading counts as lost.
    tries        INTEGER NOT NULL DEFAULT 0,
    lease_until  INTEGER,
    -- Not before this it is tried again.
    not_before   INTEGER NOT NULL DEFAULT 0,
    -- Of the latest grading, before lateness and override.
    score        REAL,
    max_score    REAL,
    graded_at    INTEGER
) STRICT, WITHOUT ROWID;
-- COALESCE: to a UNIQUE, two NULLs differ.
CREATE UNIQUE INDEX submissions_attempts ON submissions (account, course, lab, COALESCE(assignment, ''), attempt);
CREATE INDEX submissions_queue ON submissions (not_before, id) WHERE state IN ('queued', 'grading');
CREATE INDEX submissions_assignment ON submissions (assignment, account, attempt);
CREATE INDEX submissions_account ON submissions (account, submitted_at);

CREATE TABLE evidence (
    submission      TEXT PRIMARY KEY NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    session         TEXT NOT NULL,
    content_version TEXT NOT NULL,
    -- Tar of the learner's home, gzip.
    files           BLOB NOT NULL,
    -- JSON, gzip: what inspect says of every object of the engine.
    objects         BLOB NOT NULL,
    -- JSON: check results as the student saw them.
    seen            TEXT NOT NULL,
    -- JSON: answers by check.
    answers         TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Each time a submission was graded; the latest counts.
CREATE TABLE gradings (
    submission      TEXT NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    -- From 1.
    run             INTEGER NOT NULL,
    graded_at       INTEGER NOT NULL,
    content_version TEXT NOT NULL,
    -- NULL: by the queue after handing in; else who asked for a regrade.
    asked_by        TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    -- A preview is looked at and then applied or thrown away; it never counts.
    preview         INTEGER NOT NULL DEFAULT 0,
    score           REAL NOT NULL,
    max_score       REAL NOT NULL,
    PRIMARY KEY (submission, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE graded_checks (
    submission TEXT NOT NULL,
    run        INTEGER NOT NULL,
    check_id   TEXT NOT NULL,
    step       TEXT NOT NULL,
    title      TEXT NOT NULL,
    hidden     INTEGER NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('pass', 'fail', 'error')),
    expected   TEXT NOT NULL,
    found      TEXT NOT NULL,
    points     REAL NOT NULL,
    earned     REAL NOT NULL,
    PRIMARY KEY (submission, run, check_id),
    FOREIGN KEY (submission, run) REFERENCES gradings (submission, run) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What counts for one student in one assignment: the best or last of what was handed in, with
-- lateness taken off, or what an instructor put in its place.
CREATE TABLE grades (
    assignment TEXT NOT NULL REFERENCES assignments (id) ON DELETE CASCADE,
    account    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- After lateness. NULL while nothing is graded.
    score      REAL,
    max_score  REAL NOT NULL,
    -- The submission that counts; NULL for lessons and quizzes.
    submission TEXT REFERENCES submissions (id) ON DELETE SET NULL,
    late_days  INTEGER NOT NULL DEFAULT 0,
    at         INTEGER NOT NULL,
    -- In place of `score`, by an instructor.
    override_score  REAL,
    override_reason TEXT,
    override_by     TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    override_at     INTEGER,
    PRIMARY KEY (assignment, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX grades_account ON grades (account);

CREATE TABLE comments (
    id         TEXT PRIMARY KEY NOT NULL,
    submission TEXT NOT NULL REFERENCES submissions (id) ON DELETE CASCADE,
    author     TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    at         INTEGER NOT NULL,
    text       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX comments_submission ON comments (submission);

-- Each change of a check's result in a session, bounded for each check: what statistics are made of.
CREATE TABLE check_history (
    session  TEXT NOT NULL,
    account  TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    course   TEXT NOT NULL,
    lab      TEXT NOT NULL,
    step     TEXT NOT NULL,
    check_id TEXT NOT NULL,
    -- From 1 for each check of a session.
    seq      INTEGER NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('pass', 'fail', 'error')),
    found    TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (session, check_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX check_history_lab ON check_history (course, lab, account);
