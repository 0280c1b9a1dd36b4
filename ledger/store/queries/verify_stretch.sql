-- The next events as one row of long values: a row for each would cost more than to check it. $1 < position <= $2, at
-- most $3 events, none larger than $4 bytes; $5 whether with bodies. Arrays of numbers cost half of numbers joined.
SELECT array_agg(position), array_agg(recorded_at), string_agg(type, E'\n'), array_agg(octet_length(record)),
    string_agg(record, ''), string_agg(leaf, ''), bool_and((octet_length(leaf) = 32 AND type IS NOT NULL) IS TRUE),
    CASE WHEN $5::bool THEN array_agg(octet_length(body)) FILTER (WHERE $5::bool AND body IS NOT NULL) END,
    CASE WHEN $5::bool THEN coalesce(string_agg(body, '') FILTER (WHERE $5::bool), '') END
FROM (
    SELECT * FROM liggare.events
    WHERE position > $1::bigint AND position <= $2::bigint
        AND octet_length(record) + CASE WHEN $5::bool THEN coalesce(octet_length(body), 0) ELSE 0 END <= $4::bigint
    ORDER BY position LIMIT $3::bigint
) AS e
