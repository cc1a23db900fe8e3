-- The journal and what hangs on it. Entries are never changed and never deleted.
CREATE TABLE entries (
    number  BIGINT PRIMARY KEY,
    at      TEXT NOT NULL,
    service TEXT NOT NULL,
    release TEXT,
    person  TEXT,
    kind    TEXT NOT NULL,
    about   TEXT NOT NULL,
    text    TEXT NOT NULL,
    closes  BIGINT,
    digest  TEXT NOT NULL
);
CREATE INDEX entries_of_a_service ON entries (service, number);
CREATE FUNCTION entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an entry is never changed or deleted';
END $$;
CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE ON entries
    FOR EACH ROW EXECUTE FUNCTION entries_stay();
CREATE TRIGGER entries_remain BEFORE TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION entries_stay();

-- What a crash must not lose of a command under way.
CREATE TABLE intents (
    entry       BIGINT PRIMARY KEY REFERENCES entries (number),
    service     TEXT NOT NULL,
    body        TEXT NOT NULL,
    key         TEXT UNIQUE,
    fingerprint TEXT NOT NULL,
    outcome     BIGINT REFERENCES entries (number),
    receipt     TEXT
);
CREATE INDEX intents_that_are_open ON intents (service) WHERE outcome IS NULL;

CREATE TABLE votes (
    entry   BIGINT PRIMARY KEY REFERENCES entries (number),
    service TEXT NOT NULL,
    release TEXT NOT NULL,
    vote    TEXT NOT NULL
);
CREATE INDEX votes_on_a_release ON votes (service, release);

-- The snapshot that the last observation of a service was made in.
CREATE TABLE observed (
    service  TEXT PRIMARY KEY,
    snapshot TEXT NOT NULL
);

-- Who is signed in. Only the digest of a cookie is kept.
CREATE TABLE sessions (
    digest  TEXT PRIMARY KEY,
    person  TEXT NOT NULL,
    since   TEXT NOT NULL
);
