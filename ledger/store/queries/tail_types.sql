SELECT position, type, recorded_at, body FROM liggare.events
WHERE position > %(after)b AND position <= %(upto)b AND type = ANY (%(types)b::text[])
ORDER BY position
