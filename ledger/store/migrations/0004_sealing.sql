-- The tree over the leaves and its checkpoints (docs/adr/0046). Only liggare.seal writes to them, by adding.

-- Full tiles of C2SP tlog-tiles, height 8. What fills none yet is not stored: of level 0 it is leaves of events, of a
-- higher level the roots of the tiles below.
CREATE TABLE liggare.tiles (
    level  int    NOT NULL CHECK (level >= 0),
    index  bigint NOT NULL CHECK (index >= 0),
    hashes bytea  NOT NULL CHECK (length(hashes) = 8192),   -- 256 leaves, or 256 roots of the level below
    root   bytea  NOT NULL CHECK (length(root) = 32),       -- of the subtree that the tile spans
    PRIMARY KEY (level, index)
);
-- Hashes do not compress; kept out of line, they are not read with the roots.
ALTER TABLE liggare.tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TABLE liggare.checkpoints (
    size      bigint PRIMARY KEY CHECK (size > 0),
    note      bytea  NOT NULL,                              -- the signed note of C2SP tlog-checkpoint
    sealed_at bigint NOT NULL                               -- microseconds, by the server's clock; nothing signs it
);

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON liggare.tiles
    FOR EACH STATEMENT EXECUTE FUNCTION liggare.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON liggare.checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION liggare.refuse_change();
ALTER TABLE liggare.tiles ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE liggare.checkpoints ENABLE ALWAYS TRIGGER append_only;

-- Adds a checkpoint over the first `size` events and the tiles that fill up to there, all or nothing; false when the last
-- checkpoint is not `before` any more, since somebody else has sealed. Of the tiles the caller gives the roots alone: their
-- hashes are taken here, from the leaves and from the roots below. LG004: what comes with the call does not fit this log.
CREATE FUNCTION liggare.seal(
    before bigint, size bigint, note bytea, levels int[], indexes bigint[], roots bytea[]
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_mergejoin = off SET enable_hashjoin = off SET jit = off
AS $$
DECLARE
    last  liggare.checkpoints;
    lines text[] := string_to_array(convert_from(note, 'UTF8'), E'\n');
BEGIN
    PERFORM pg_advisory_xact_lock(x'6c696767'::int, 3);
    -- The statements below must see what the previous holder of the lock committed, and what is published must last.
    IF current_setting('transaction_isolation') <> 'read committed' OR current_setting('synchronous_commit') = 'off' THEN
        RAISE EXCEPTION 'sealing needs READ COMMITTED and synchronous_commit' USING ERRCODE = 'LG002';
    END IF;
    SELECT * INTO last FROM liggare.checkpoints c ORDER BY c.size DESC LIMIT 1;
    IF coalesce(last.size, 0) <> before THEN
        RETURN false;
    END IF;
    IF size <= before OR size > (SELECT h.head FROM liggare.head() h) OR lines[2] <> size::text
        OR lines[1] <> split_part(convert_from(last.note, 'UTF8'), E'\n', 1) THEN
        RAISE EXCEPTION 'the checkpoint does not go on from the last one' USING ERRCODE = 'LG004';
    END IF;
    IF cardinality(levels) <> (
        SELECT sum((size >> 8 * (l + 1)) - (before >> 8 * (l + 1))) FROM generate_series(0, 6) AS l
    ) OR EXISTS (
        SELECT FROM unnest(levels, indexes) AS n(level, index)
        WHERE n.level NOT BETWEEN 0 AND 6 OR n.index < before >> 8 * (n.level + 1)
            OR n.index >= size >> 8 * (n.level + 1)
    ) THEN
        RAISE EXCEPTION 'the tiles are not those that fill up to the checkpoint' USING ERRCODE = 'LG004';
    END IF;
    INSERT INTO liggare.tiles (level, index, hashes, root)
    SELECT 0, n.index, (
        SELECT string_agg(e.leaf, ''::bytea ORDER BY e.position) FROM liggare.events e
        WHERE e.position > n.index * 256 AND e.position <= n.index * 256 + 256
    ), n.root
    FROM unnest(levels, indexes, roots) AS n(level, index, root) WHERE n.level = 0;
    FOR above IN 1 .. 6 LOOP
        EXIT WHEN above <> ALL (levels);
        INSERT INTO liggare.tiles (level, index, hashes, root)
        SELECT above, n.index, (
            SELECT string_agg(b.root, ''::bytea ORDER BY b.index) FROM liggare.tiles b
            WHERE b.level = above - 1 AND b.index >= n.index * 256 AND b.index < n.index * 256 + 256
        ), n.root
        FROM unnest(levels, indexes, roots) AS n(level, index, root) WHERE n.level = above;
    END LOOP;
    INSERT INTO liggare.checkpoints (size, note, sealed_at)
    VALUES (size, note, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);
    RETURN true;
END
$$;
