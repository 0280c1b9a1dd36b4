-- The same without bodies: to ask in one statement whether they are wanted costs something for each event.
SELECT position, recorded_at, type, record, leaf FROM liggare.events
WHERE position > $1::bigint AND position <= $2::bigint AND octet_length(record) <= $4::bigint
ORDER BY position LIMIT $3::bigint
