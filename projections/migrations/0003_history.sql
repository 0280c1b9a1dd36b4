-- Every state's whole history in place of its newest bytes: steps, and now and then a snapshot.
-- What stood here was derived, and is made again from the log.
DROP TABLE projections.state;
DELETE FROM projections.follower;

-- Rows are added and never changed; only a generation that nobody follows any more is deleted.
CREATE TABLE projections.history (
    generation bigint NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    key        text COLLATE "C" NOT NULL,
    since      bigint NOT NULL,            -- position of the snapshot that the row's era begins with; 0: none
    position   bigint NOT NULL,            -- where the row begins: at the snapshot, or at its first step
    begins     boolean NOT NULL,           -- the first row of the key
    state      bytea,                      -- the snapshot: canonical JSON of the state after "since"
    steps      bytea,                      -- JSON: [[position, stored type, open facts], ...]
    PRIMARY KEY (generation, kind, key, since, position),
    CHECK (CASE WHEN state IS NULL THEN position > since AND steps IS NOT NULL ELSE position = since END)
);

-- The keys of a kind and where each began.
CREATE UNIQUE INDEX history_keys ON projections.history (generation, kind, key) INCLUDE (position) WHERE begins;

-- lz4 compresses several times as fast as the default method; a server built without it keeps the default.
DO $$
BEGIN
    ALTER TABLE projections.history ALTER COLUMN state SET COMPRESSION lz4, ALTER COLUMN steps SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    NULL;
END
$$;
