-- LTI 1.3: learning platforms (Moodle, Canvas, …) that send people here and are told their scores.
-- Times are Unix seconds, UTC.

-- Our own key pairs. The newest that is not retired signs; retired ones stay published for a while,
-- for platforms that keep what they fetched.
CREATE TABLE lti_keys (
    kid        TEXT PRIMARY KEY NOT NULL,
    -- RSA private key, PKCS#1 DER.
    private    BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    retired_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE lti_platforms (
    id         TEXT PRIMARY KEY NOT NULL,
    name       TEXT NOT NULL,
    issuer     TEXT NOT NULL,
    client_id  TEXT NOT NULL,
    deployment TEXT NOT NULL,
    auth_url   TEXT NOT NULL,
    token_url  TEXT NOT NULL,
    jwks_url   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (issuer, client_id, deployment)
) STRICT, WITHOUT ROWID;

-- Launches that were begun and not yet come back. Read once.
CREATE TABLE lti_logins (
    -- SHA-256 of the state.
    state      BLOB PRIMARY KEY NOT NULL,
    nonce      TEXT NOT NULL,
    platform   TEXT NOT NULL REFERENCES lti_platforms (id) ON DELETE CASCADE,
    -- SHA-256 of the browser's cookie. NULL over plain http, where browsers refuse such cookies.
    browser    BLOB,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Launches that were verified and wait for their person. Read once.
CREATE TABLE lti_tickets (
    -- SHA-256 of the ticket.
    ticket     BLOB PRIMARY KEY NOT NULL,
    platform   TEXT NOT NULL REFERENCES lti_platforms (id) ON DELETE CASCADE,
    -- JSON.
    launch     TEXT NOT NULL,
    browser    BLOB,
    -- Whether it is opened from a page of ours inside the platform's, in another window.
    framed     INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A course of the platform and the class that it is here: one for each course of ours that it uses.
CREATE TABLE lti_contexts (
    platform TEXT NOT NULL REFERENCES lti_platforms (id) ON DELETE CASCADE,
    context  TEXT NOT NULL,
    course   TEXT NOT NULL,
    class    TEXT NOT NULL REFERENCES classes (id) ON DELETE CASCADE,
    PRIMARY KEY (platform, context, course)
) STRICT, WITHOUT ROWID;

-- A link in the platform's course and the assignment behind it.
CREATE TABLE lti_links (
    platform   TEXT NOT NULL REFERENCES lti_platforms (id) ON DELETE CASCADE,
    resource   TEXT NOT NULL,
    assignment TEXT NOT NULL REFERENCES assignments (id) ON DELETE CASCADE,
    -- Where scores go. NULL: the platform does not want any.
    lineitem   TEXT,
    PRIMARY KEY (platform, resource)
) STRICT, WITHOUT ROWID;
CREATE INDEX lti_links_assignment ON lti_links (assignment);

-- Scores to be told. What is told is read from `grades` when it is told.
CREATE TABLE lti_passbacks (
    platform   TEXT NOT NULL,
    resource   TEXT NOT NULL,
    account    TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    state      TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'failed')),
    -- Raised by every change of the grade: one that comes while an older one is on its way is not lost.
    revision   INTEGER NOT NULL DEFAULT 1,
    -- Since the last change.
    tries      INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    -- First failure since the last success or change.
    failing_since INTEGER,
    -- What went wrong last, for the instructor.
    fault      TEXT,
    sent_at    INTEGER,
    PRIMARY KEY (platform, resource, account),
    FOREIGN KEY (platform, resource) REFERENCES lti_links (platform, resource) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX lti_passbacks_queue ON lti_passbacks (not_before) WHERE state = 'pending';
CREATE INDEX lti_passbacks_account ON lti_passbacks (account);

-- A grade that changes is to be told, in the same transaction.
CREATE TRIGGER lti_grade_made AFTER INSERT ON grades BEGIN
    INSERT INTO lti_passbacks (platform, resource, account)
    SELECT platform, resource, NEW.account FROM lti_links WHERE assignment = NEW.assignment AND lineitem IS NOT NULL
    ON CONFLICT (platform, resource, account) DO UPDATE
        SET state = 'pending', revision = revision + 1, tries = 0, not_before = 0, failing_since = NULL, fault = NULL;
END;
CREATE TRIGGER lti_grade_changed AFTER UPDATE ON grades
WHEN COALESCE(OLD.override_score, OLD.score) IS NOT COALESCE(NEW.override_score, NEW.score)
    OR OLD.max_score <> NEW.max_score
BEGIN
    INSERT INTO lti_passbacks (platform, resource, account)
    SELECT platform, resource, NEW.account FROM lti_links WHERE assignment = NEW.assignment AND lineitem IS NOT NULL
    ON CONFLICT (platform, resource, account) DO UPDATE
        SET state = 'pending', revision = revision + 1, tries = 0, not_before = 0, failing_since = NULL, fault = NULL;
END;
