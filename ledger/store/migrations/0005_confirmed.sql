-- What others confirmed of checkpoints (docs/witnesses.md): cosignatures of witnesses, stamps of a time-stamping authority,
-- the bytes as they came. Only these two functions write to them, by adding.

CREATE TABLE liggare.cosignatures (
    witness     text   COLLATE "C" NOT NULL CHECK (witness <> ''),
    key_id      bytea  NOT NULL CHECK (length(key_id) = 4),
    size        bigint NOT NULL,                            -- of the checkpoint
    cosigned_at bigint NOT NULL,                            -- seconds since 1970, by the witness's clock; it signs them
    line        text   COLLATE "C" NOT NULL,                -- of C2SP tlog-cosignature, as it stands under the note
    PRIMARY KEY (witness, key_id, size)
);
CREATE INDEX cosignatures_of_checkpoint ON liggare.cosignatures (size);

CREATE TABLE liggare.stamps (
    size       bigint NOT NULL,                             -- of the checkpoint
    stamped_at bigint NOT NULL,                             -- microseconds, by the authority's clock; it signs them
    answer     bytea  NOT NULL CHECK (length(answer) BETWEEN 1 AND 65536),
    digest     bytea  GENERATED ALWAYS AS (sha256(answer)) STORED,
    PRIMARY KEY (size, digest)
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON liggare.cosignatures
    FOR EACH STATEMENT EXECUTE FUNCTION liggare.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON liggare.stamps
    FOR EACH STATEMENT EXECUTE FUNCTION liggare.refuse_change();
ALTER TABLE liggare.cosignatures ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE liggare.stamps ENABLE ALWAYS TRIGGER append_only;

-- LG004: there is no checkpoint of this size, so nobody can have confirmed it.
CREATE FUNCTION liggare.require_checkpoint(wanted bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM liggare.checkpoints c WHERE c.size = wanted) THEN
        RAISE EXCEPTION 'there is no checkpoint of %', wanted USING ERRCODE = 'LG004';
    END IF;
END
$$;

-- Both tell whether it was new. Who calls them has verified what comes with the call.
CREATE FUNCTION liggare.keep_cosignature(witness text, key_id bytea, size bigint, cosigned_at bigint, line text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM liggare.require_checkpoint(size);
    INSERT INTO liggare.cosignatures (witness, key_id, size, cosigned_at, line)
    VALUES (witness, key_id, size, cosigned_at, line) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END
$$;

CREATE FUNCTION liggare.keep_stamp(size bigint, stamped_at bigint, answer bytea)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM liggare.require_checkpoint(size);
    INSERT INTO liggare.stamps (size, stamped_at, answer) VALUES (size, stamped_at, answer) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END
$$;
