CREATE TABLE applications (
    id         TEXT NOT NULL PRIMARY KEY, -- UUID, hyphenated
    created_at TEXT NOT NULL              -- RFC 3339, UTC
) STRICT;

CREATE TABLE api_keys (
    id             TEXT NOT NULL PRIMARY KEY, -- UUID, hyphenated
    application_id TEXT NOT NULL REFERENCES applications (id),
    name           TEXT NOT NULL,
    key_id         TEXT NOT NULL,             -- the visible beginning of the key
    hash           BLOB NOT NULL,             -- SHA-256 of the whole key; the key itself is stored nowhere
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL,
    UNIQUE (application_id, name)
) STRICT;

-- Not unique: two keys may happen to begin alike, and both work.
CREATE INDEX api_keys_by_key_id ON api_keys (key_id);
