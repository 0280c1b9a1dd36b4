-- Folded states between batches: derived from the log, never a source. Any of it may be thrown away and rebuilt.

CREATE SEQUENCE projections.generation;

-- One row for each version of the folding code. Its row lock is the follower's turn.
CREATE TABLE projections.follower (
    code       text COLLATE "C" PRIMARY KEY,
    generation bigint NOT NULL DEFAULT nextval('projections.generation'),
    position   bigint NOT NULL DEFAULT 0 CHECK (position >= 0)
);

CREATE TABLE projections.state (
    generation     bigint NOT NULL,
    kind           text COLLATE "C" NOT NULL,
    key            text COLLATE "C" NOT NULL,
    first_position bigint NOT NULL,
    last_position  bigint NOT NULL,
    state          bytea NOT NULL,              -- canonical JSON
    PRIMARY KEY (generation, kind, key)
);
