-- A session ends when what it was begun by changes: the person's key, or their roles. Sessions of before know nothing
-- of that and end now.
DROP TABLE sessions;
CREATE TABLE sessions (
    digest  TEXT PRIMARY KEY,
    person  TEXT NOT NULL,
    stamp   TEXT NOT NULL,
    since   TEXT NOT NULL
);
CREATE INDEX sessions_of_person ON sessions (person, since);
