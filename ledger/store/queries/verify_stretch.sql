-- The next events, a row each. $1 < position <= $2, at most $3, none larger than $4 bytes; $5 whether with bodies.
SELECT position, recorded_at, type, record, leaf, CASE WHEN $5::bool THEN body END FROM liggare.events
WHERE position > $1::bigint AND position <= $2::bigint
    AND octet_length(record) + CASE WHEN $5::bool THEN coalesce(octet_length(body), 0) ELSE 0 END <= $4::bigint
ORDER BY position LIMIT $3::bigint
