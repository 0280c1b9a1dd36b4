-- The last position recorded at or before an instant, made final: where the answer is the head itself, the mark rises
-- under the append lock, so that no later event can be recorded at or before that instant.
CREATE FUNCTION liggare.position_at(known_at bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ledger liggare.ledger;
    below  bigint := 0;
    above  bigint;
    middle bigint;
    at     bigint;
BEGIN
    SELECT h.head, h.head_recorded_at INTO STRICT above, at FROM liggare.head() h;
    IF known_at >= at THEN
        PERFORM liggare.lock_appends();
        SELECT * INTO STRICT ledger FROM liggare.ledger l WHERE l.single;
        -- What a simulated clock says only its own process knows; the end of all instants keeps a mark from being the
        -- last that fits.
        IF known_at > (
            CASE ledger.mode WHEN 'simulated' THEN 9007199254740991
            ELSE extract(epoch FROM clock_timestamp()) * 1000000 + ledger.clock_ahead_max END
        ) THEN
            RAISE EXCEPTION 'what will be known at % cannot be known yet', known_at USING ERRCODE = 'LG003';
        END IF;
        SELECT h.head, h.head_recorded_at INTO STRICT above, at FROM liggare.head() h;
        IF known_at > at THEN
            UPDATE liggare.ledger SET known_mark = known_at;
        END IF;
        IF known_at >= at THEN
            RETURN above;
        END IF;
    END IF;
    -- Instants never fall with rising position: the greatest position at or before the instant, by halves.
    above := above + 1;
    WHILE above - below > 1 LOOP
        middle := (below + above) / 2;
        SELECT e.recorded_at INTO STRICT at FROM liggare.events e WHERE e.position = middle;
        IF at <= known_at THEN
            below := middle;
        ELSE
            above := middle;
        END IF;
    END LOOP;
    RETURN below;
END
$$;
