SELECT position, type, recorded_at, record, leaf, CASE WHEN %(bodies)b THEN body END FROM liggare.events
WHERE position BETWEEN %(first)b AND %(last)b ORDER BY position
