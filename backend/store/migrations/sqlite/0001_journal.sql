-- The journal and what hangs on it. Entries are never changed and never deleted.
CREATE TABLE entries (
    number  INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    service TEXT NOT NULL,
    release TEXT,
    person  TEXT,
    kind    TEXT NOT NULL,
    about   TEXT NOT NULL,
    text    TEXT NOT NULL,
    closes  INTEGER,
    digest  TEXT NOT NULL
) STRICT;
CREATE INDEX entries_of_a_service ON entries (service, number);
CREATE TRIGGER entries_stay BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entries_remain BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;

-- What a crash must not lose of a command under way.
CREATE TABLE intents (
    entry       INTEGER PRIMARY KEY REFERENCES entries (number),
    service     TEXT NOT NULL,
    body        TEXT NOT NULL,
    key         TEXT UNIQUE,
    fingerprint TEXT NOT NULL,
    outcome     INTEGER REFERENCES entries (number),
    receipt     TEXT
) STRICT;
CREATE INDEX intents_that_are_open ON intents (service) WHERE outcome IS NULL;

CREATE TABLE votes (
    entry   INTEGER PRIMARY KEY REFERENCES entries (number),
    service TEXT NOT NULL,
    release TEXT NOT NULL,
    vote    TEXT NOT NULL
) STRICT;
CREATE INDEX votes_on_a_release ON votes (service, release);

-- The snapshot that the last observation of a service was made in.
CREATE TABLE observed (
    service  TEXT PRIMARY KEY,
    snapshot TEXT NOT NULL
) STRICT;

-- Who is signed in. Only the digest of a cookie is kept.
CREATE TABLE sessions (
    digest  TEXT PRIMARY KEY,
    person  TEXT NOT NULL,
    since   TEXT NOT NULL
) STRICT;
