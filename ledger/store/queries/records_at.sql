SELECT position, type, recorded_at, record, leaf, body
FROM liggare.events WHERE position = ANY (%(positions)b::bigint[]) ORDER BY position
