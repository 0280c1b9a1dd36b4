SELECT position, type, recorded_at, record, leaf, body FROM liggare.events
WHERE position > %(after)b AND position <= %(upto)b
ORDER BY position
