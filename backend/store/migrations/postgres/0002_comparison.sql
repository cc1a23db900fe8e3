-- Blue and green compared: suites, runs, findings, rulings, and for a while what was answered.
CREATE TABLE suites (
    service TEXT NOT NULL,
    name    TEXT NOT NULL,
    suite   TEXT NOT NULL,
    by      TEXT NOT NULL,
    at      TEXT NOT NULL,
    remarks TEXT NOT NULL,
    PRIMARY KEY (service, name)
);

-- Noise that people accepted, beside the suites: those of the repository have some too.
CREATE TABLE noise (
    entry   BIGINT PRIMARY KEY REFERENCES entries (number),
    service TEXT NOT NULL,
    suite   TEXT NOT NULL,
    name    TEXT NOT NULL,
    rule    TEXT NOT NULL,
    at      TEXT NOT NULL,
    UNIQUE (service, suite, name)
);

CREATE TABLE sentinels (
    service TEXT PRIMARY KEY,
    setting TEXT NOT NULL
);

CREATE TABLE runs (
    -- In the order in which they began, as SQLite has it by itself.
    rowid       BIGINT GENERATED ALWAYS AS IDENTITY,
    number      BIGINT NOT NULL,
    service     TEXT NOT NULL,
    -- The intent that began it; none for the sentinel's.
    entry       BIGINT REFERENCES entries (number),
    release     TEXT,
    suite       TEXT,
    -- 'running', 'ended', or 'short' for what ended without a verdict.
    state       TEXT NOT NULL,
    brief       TEXT NOT NULL,
    has_answers BIGINT NOT NULL DEFAULT 0,
    -- Packed: what was asked, what was found, what each probe showed.
    asked       BYTEA NOT NULL,
    record      BYTEA,
    heat        BYTEA,
    PRIMARY KEY (service, number)
);
CREATE UNIQUE INDEX one_run_at_a_time ON runs (service) WHERE state = 'running';
CREATE INDEX runs_of_a_release ON runs (service, release, number);
CREATE INDEX runs_of_an_intent ON runs (entry) WHERE entry IS NOT NULL;
CREATE INDEX runs_with_answers ON runs (rowid) WHERE has_answers = 1;

CREATE TABLE first_seen (
    service TEXT NOT NULL,
    release TEXT NOT NULL,
    finding TEXT NOT NULL,
    run     BIGINT NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (service, release, finding)
);

CREATE TABLE rulings (
    entry   BIGINT PRIMARY KEY REFERENCES entries (number),
    service TEXT NOT NULL,
    ruling  TEXT NOT NULL
);
CREATE INDEX rulings_of_a_service ON rulings (service, entry);

-- What was answered, packed. Bounded: the answers of the oldest runs go first.
CREATE TABLE answers (
    service TEXT NOT NULL,
    run     BIGINT NOT NULL,
    probe   TEXT NOT NULL,
    detail  BYTEA NOT NULL,
    PRIMARY KEY (service, run, probe)
);

-- Each body once, however many answers were the same.
CREATE TABLE bodies (
    sha256 TEXT PRIMARY KEY,
    packed BYTEA NOT NULL,
    size   BIGINT NOT NULL
);

CREATE TABLE captures (
    service  TEXT NOT NULL,
    run      BIGINT NOT NULL,
    probe    TEXT NOT NULL,
    colour   TEXT NOT NULL,
    position BIGINT NOT NULL,
    asset    TEXT,
    kind     TEXT NOT NULL,
    body     TEXT NOT NULL REFERENCES bodies (sha256),
    PRIMARY KEY (service, run, probe, colour, position)
);
CREATE INDEX captures_of_a_body ON captures (body);
