-- The append: one call, one transaction, one round trip for the commands of many callers (docs/adr/0002).

-- Appends are serialised by an advisory lock, not by a row of their own: a row updated by every flush would grow a
-- chain of dead versions for as long as any reader keeps an old snapshot. 0x6c696767 is "ligg".
CREATE FUNCTION liggare.lock_appends() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Each statement must see what the previous holder of the lock committed.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'appends need READ COMMITTED' USING ERRCODE = 'LG002';
    END IF;
    IF current_setting('synchronous_commit') = 'off' THEN
        RAISE EXCEPTION 'appends need synchronous_commit' USING ERRCODE = 'LG002';
    END IF;
    PERFORM pg_advisory_xact_lock(x'6c696767'::int, 1);
END
$$;

-- The end of the log, and the instant at or below which nothing is recorded any more.
CREATE FUNCTION liggare.head(OUT head bigint, OUT head_recorded_at bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT coalesce(e.position, 0), greatest(e.recorded_at, l.known_mark) INTO STRICT head, head_recorded_at
    FROM liggare.ledger l
    LEFT JOIN (
        SELECT x.position, x.recorded_at FROM liggare.events x ORDER BY x.position DESC LIMIT 1
    ) e ON true;
END
$$;

-- Verdicts: 0 accepted, 1 repeated, 2 reused, 3 conflict, 4 the clock is ahead of the server's, 5 it jumped, 6 the ledger
-- runs in another mode; a repeated command has the positions where it was recorded. The statements stand here and not in
-- functions of their own, which PostgreSQL 15 would plan again on every call: that took half the time of a small flush.
-- Events and tags name their command by its ordinal in the call, from 1, and their event by its offset in the command,
-- from 0. `sealed` is the record but for version, position and instant; its first 64 bytes belong to the leaf. A command with an event of type clock-accepted.v1 may jump: that is how an
-- operator lets appends go on. LG004: what was decided on, or what comes with the call, does not fit this log.
CREATE FUNCTION liggare.append_batch(
    clock_mode text,
    clients text[], command_ids text[], macs bytea[], proposed bigint[], counts int[],
    event_command int[], event_offset int[], event_type text[], event_sealed bytea[], event_body bytea[],
    tag_command int[], tag_offset int[], tag_type text[], tag text[],
    condition_command int[], condition_after bigint[], condition_type text[], condition_tag text[],
    OUT verdicts int[], OUT first bigint[], OUT last bigint[], OUT recorded bigint[], OUT leaves bytea
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off SET enable_mergejoin = off SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    ledger   liggare.ledger;
    before   bigint;
    head     bigint;
    written  bigint;
    now_at   bigint;
    clock_at bigint;
BEGIN
    PERFORM liggare.lock_appends();
    SELECT * INTO STRICT ledger FROM liggare.ledger l WHERE l.single;
    SELECT coalesce(max(e.position), 0), greatest(max(e.recorded_at), ledger.known_mark) INTO STRICT head, now_at
    FROM (SELECT x.position, x.recorded_at FROM liggare.events x ORDER BY x.position DESC LIMIT 1) e;
    before := head;
    IF (SELECT max(c.after) FROM unnest(condition_after) AS c(after)) > head THEN
        RAISE EXCEPTION 'a decision rests on positions beyond %, which this database does not have', head
            USING ERRCODE = 'LG004', HINT = 'If it was restored or failed over, start the serving processes anew.';
    END IF;
    WITH conflicting AS MATERIALIZED (
        SELECT DISTINCT c.command
        FROM unnest(condition_command, condition_after, condition_type, condition_tag) AS c(command, after, type, tag)
        CROSS JOIN LATERAL (
            SELECT FROM liggare.tags t WHERE t.tag = c.tag AND t.type = c.type AND t.position > c.after LIMIT 1
        ) AS hit
    )
    SELECT array_agg(
               CASE WHEN k.mac = c.mac THEN 1 WHEN k.mac IS NOT NULL THEN 2 WHEN x.command IS NOT NULL THEN 3 ELSE 0 END
               ORDER BY c.command),
           array_agg(coalesce(k.first, 0) ORDER BY c.command),
           array_agg(coalesce(k.last, 0) ORDER BY c.command)
    INTO STRICT verdicts, first, last
    FROM unnest(clients, command_ids, macs) WITH ORDINALITY AS c(client, command_id, mac, command)
    LEFT JOIN LATERAL (
        SELECT k.mac, k.first, k.last FROM liggare.commands k
        WHERE k.client = c.client AND k.command_id = c.command_id LIMIT 1
    ) AS k ON true
    LEFT JOIN conflicting x ON x.command = c.command;
    clock_at := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    recorded := array_fill(0::bigint, ARRAY[cardinality(clients)]);
    FOR i IN 1 .. cardinality(clients) LOOP
        IF verdicts[i] <> 0 THEN
            CONTINUE;
        ELSIF clock_mode <> ledger.mode THEN
            verdicts[i] := 6;
        ELSIF clock_mode = 'real' AND proposed[i] > clock_at + ledger.clock_ahead_max THEN
            verdicts[i] := 4;
        ELSIF clock_mode = 'real' AND head > 0 AND proposed[i] > now_at + ledger.clock_jump_max AND NOT EXISTS (
            SELECT FROM unnest(event_command, event_type) AS e(command, type)
            WHERE e.command = i AND e.type = 'clock-accepted.v1'
        ) THEN
            verdicts[i] := 5;
        ELSE
            now_at := greatest(now_at + 1, proposed[i]);
            recorded[i] := now_at;
            first[i] := head + 1;
            head := head + counts[i];
            last[i] := head;
        END IF;
    END LOOP;
    IF ledger.mode IS NULL AND 0 = ANY (verdicts) THEN
        UPDATE liggare.ledger SET mode = clock_mode;
    END IF;

    WITH rows AS (
        INSERT INTO liggare.events (position, type, recorded_at, record, leaf, body)
        SELECT r.position, r.type, r.recorded_at, r.record, sha256(E'\\x00'::bytea || substr(r.record, 1, 81)), r.body
        FROM (
            SELECT first[e.command] + e.event AS position, e.type, recorded[e.command] AS recorded_at, e.body,
                   E'\\x02'::bytea || int8send(first[e.command] + e.event) || int8send(recorded[e.command])
                   || e.sealed AS record
            FROM unnest(event_command, event_offset, event_type, event_sealed, event_body)
                 AS e(command, event, type, sealed, body)
            WHERE recorded[e.command] > 0
            OFFSET 0                        -- assembles each record once
        ) r
        RETURNING events.position, events.leaf
    )
    SELECT string_agg(r.leaf, ''::bytea ORDER BY r.position), max(r.position) INTO leaves, written FROM rows r;
    IF 0 >= ANY (counts) OR coalesce(length(leaves), 0) <> 32 * (head - before)
        OR written IS DISTINCT FROM nullif(head, before) THEN
        RAISE EXCEPTION 'the events are not as many as the commands have' USING ERRCODE = 'LG004';
    END IF;

    INSERT INTO liggare.tags (tag, type, position)
    SELECT t.tag, t.type, first[t.command] + t.event
    FROM unnest(tag_command, tag_offset, tag_type, tag) AS t(command, event, type, tag)
    WHERE recorded[t.command] > 0;

    INSERT INTO liggare.commands (client, command_id, mac, first, last)
    SELECT c.client, c.command_id, c.mac, first[c.command], last[c.command]
    FROM unnest(clients, command_ids, macs) WITH ORDINALITY AS c(client, command_id, mac, command)
    WHERE recorded[c.command] > 0;
END
$$;
