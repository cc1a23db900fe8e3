-- Blue and green compared: suites, runs, findings, rulings, and for a while what was answered.
CREATE TABLE suites (
    service TEXT NOT NULL,
    name    TEXT NOT NULL,
    suite   TEXT NOT NULL,
    by      TEXT NOT NULL,
    at      TEXT NOT NULL,
    remarks TEXT NOT NULL,
    PRIMARY KEY (service, name)
) STRICT;

-- Noise that people accepted, beside the suites: those of the repository have some too.
CREATE TABLE noise (
    entry   INTEGER PRIMARY KEY REFERENCES entries (number),
    service TEXT NOT NULL,
    suite   TEXT NOT NULL,
    name    TEXT NOT NULL,
    rule    TEXT NOT NULL,
    at      TEXT NOT NULL,
    UNIQUE (service, suite, name)
) STRICT;

CREATE TABLE sentinels (
    service TEXT PRIMARY KEY,
    setting TEXT NOT NULL
) STRICT;

CREATE TABLE runs (
    number      INTEGER NOT NULL,
    service     TEXT NOT NULL,
    -- The intent that began it; none for the sentinel's.
    entry       INTEGER REFERENCES entries (number),
    release     TEXT,
    suite       TEXT,
    -- 'running', 'ended', or 'short' for what ended without a verdict.
    state       TEXT NOT NULL,
    brief       TEXT NOT NULL,
    has_answers INTEGER NOT NULL DEFAULT 0,
    -- Packed: what was asked, what was found, what each probe showed.
    asked       BLOB NOT NULL,
    record      BLOB,
    heat        BLOB,
    PRIMARY KEY (service, number)
) STRICT;
CREATE UNIQUE INDEX one_run_at_a_time ON runs (service) WHERE state = 'running';
CREATE INDEX runs_of_a_release ON runs (service, release, number);
CREATE INDEX runs_of_an_intent ON runs (entry) WHERE entry IS NOT NULL;
CREATE INDEX runs_with_answers ON runs (has_answers) WHERE has_answers = 1;

CREATE TABLE first_seen (
    service TEXT NOT NULL,
    release TEXT NOT NULL,
    finding TEXT NOT NULL,
    run     INTEGER NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (service, release, finding)
) STRICT;

CREATE TABLE rulings (
    entry   INTEGER PRIMARY KEY REFERENCES entries (number),
    service TEXT NOT NULL,
    ruling  TEXT NOT NULL
) STRICT;
CREATE INDEX rulings_of_a_service ON rulings (service, entry);

-- What was answered, packed. Bounded: the answers of the oldest runs go first.
CREATE TABLE answers (
    service TEXT NOT NULL,
    run     INTEGER NOT NULL,
    probe   TEXT NOT NULL,
    detail  BLOB NOT NULL,
    PRIMARY KEY (service, run, probe)
) STRICT;

CREATE TABLE captures (
    service  TEXT NOT NULL,
    run      INTEGER NOT NULL,
    probe    TEXT NOT NULL,
    colour   TEXT NOT NULL,
    position INTEGER NOT NULL,
    asset    TEXT,
    kind     TEXT NOT NULL,
    body     TEXT NOT NULL REFERENCES bodies (sha256),
    PRIMARY KEY (service, run, probe, colour, position)
) STRICT;
CREATE INDEX captures_of_a_body ON captures (body);

-- Each body once, however many answers were the same.
CREATE TABLE bodies (
    sha256 TEXT PRIMARY KEY,
    packed BLOB NOT NULL,
    size   INTEGER NOT NULL
) STRICT;
