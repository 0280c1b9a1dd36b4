-- Generations that are being built beside the followed ones: how far each partition of the keys has come.
-- A partition's rows of history and its position change in one transaction, so whoever builds on goes on here.
CREATE TABLE projections.building (
    generation bigint NOT NULL,
    part       integer NOT NULL CHECK (part >= 0),
    code       text COLLATE "C" NOT NULL,
    kinds      text COLLATE "C" NOT NULL,     -- digest of the fold kinds
    run        bigint NOT NULL,               -- who builds: a process of an earlier run is too late
    position   bigint NOT NULL DEFAULT 0 CHECK (position >= 0),
    PRIMARY KEY (generation, part)
);
