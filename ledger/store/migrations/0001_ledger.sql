-- The ledger's tables. Only the functions of 0002_append.sql write to them; triggers refuse every change.

CREATE TABLE liggare.events (
    position    bigint PRIMARY KEY CHECK (position > 0),
    type        text COLLATE "C" NOT NULL,
    recorded_at bigint NOT NULL,            -- microseconds since the epoch, shared by the events of one command
    record      bytea NOT NULL,
    leaf        bytea NOT NULL,
    body        bytea
);

-- Derived from the records' headers; decisions read it, `verify` compares it.
CREATE TABLE liggare.tags (
    tag      text COLLATE "C" NOT NULL,
    type     text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (tag, type, position)
);

CREATE TABLE liggare.commands (
    client     text COLLATE "C" NOT NULL,
    command_id text COLLATE "C" NOT NULL,
    mac        bytea NOT NULL,
    first      bigint NOT NULL,
    last       bigint NOT NULL,
    PRIMARY KEY (client, command_id)
);

-- The single row of what no event says. The head is the last event; nothing here is written by an append but the first.
CREATE TABLE liggare.ledger (
    single          boolean PRIMARY KEY DEFAULT true CHECK (single),
    mode            text CHECK (mode IN ('real', 'simulated')),     -- set by the first append, never changed
    known_mark      bigint NOT NULL DEFAULT 0,                      -- no event is recorded at or before it any more
    clock_ahead_max bigint NOT NULL DEFAULT 300000000,              -- microseconds before the server's own clock
    clock_jump_max  bigint NOT NULL DEFAULT 604800000000            -- microseconds after the last event
);
INSERT INTO liggare.ledger DEFAULT VALUES;

CREATE FUNCTION liggare.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on %.% is refused: the ledger is append-only', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'LG001';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON liggare.events
    FOR EACH STATEMENT EXECUTE FUNCTION liggare.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON liggare.tags
    FOR EACH STATEMENT EXECUTE FUNCTION liggare.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON liggare.commands
    FOR EACH STATEMENT EXECUTE FUNCTION liggare.refuse_change();
CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON liggare.ledger
    FOR EACH STATEMENT EXECUTE FUNCTION liggare.refuse_change();

-- ALWAYS: session_replication_role cannot switch them off.
ALTER TABLE liggare.events ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE liggare.tags ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE liggare.commands ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE liggare.ledger ENABLE ALWAYS TRIGGER append_only;

-- Rows are never updated, so pages can be full, and only inserts make work for vacuum.
ALTER TABLE liggare.events SET (autovacuum_vacuum_insert_scale_factor = 0.05);
ALTER TABLE liggare.tags SET (autovacuum_vacuum_insert_scale_factor = 0.05);
