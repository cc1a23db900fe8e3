-- Entries carry facts. What is kept of the first format stays as it is and holds as it did; `text` is empty from
-- now on, since sentences are derived.
ALTER TABLE entries ADD COLUMN format BIGINT NOT NULL DEFAULT 1;
ALTER TABLE entries ADD COLUMN fact TEXT;
-- Keyed digest of the entry's digest, where the console has a key.
ALTER TABLE entries ADD COLUMN seal TEXT;
