-- The next events with their bodies, a row each. $1 < position <= $2, at most $3, none larger than $4 bytes.
SELECT position, recorded_at, type, record, leaf, body FROM liggare.events
WHERE position > $1::bigint AND position <= $2::bigint
    AND octet_length(record) + coalesce(octet_length(body), 0) <= $4::bigint
ORDER BY position LIMIT $3::bigint
