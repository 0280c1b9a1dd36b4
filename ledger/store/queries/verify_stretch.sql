-- The next events as one row of long values: a row for each would cost more than to check it. A stretch ends early
-- where what is before reaches so many bytes; an event that is larger stands alone.
SELECT count(*), max(position), bool_and(octet_length(leaf) = 32),
    string_agg(int8send(position) || int8send(recorded_at), ''), string_agg(type, E'\n'),
    string_agg(int4send(octet_length(record)), ''), string_agg(record, ''), string_agg(leaf, ''),
    CASE WHEN %(bodies)b THEN coalesce(string_agg(int4send(octet_length(body)), '') FILTER (WHERE %(bodies)b), '') END,
    CASE WHEN %(bodies)b THEN coalesce(string_agg(body, '') FILTER (WHERE %(bodies)b), '') END
FROM (
    SELECT * FROM (
        SELECT *, coalesce(sum(octet_length(record) + CASE WHEN %(bodies)b THEN coalesce(octet_length(body), 0) ELSE 0 END)
            OVER (ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
        FROM (
            SELECT * FROM liggare.events
            WHERE position > %(after)b AND position <= %(upto)b ORDER BY position LIMIT %(events)b
        ) AS e
    ) AS e
    WHERE before < %(bytes)b ORDER BY position
) AS e
