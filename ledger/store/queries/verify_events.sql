-- What is null is taken for nothing: it fits no event.
SELECT position, coalesce(type, '') AS type, coalesce(recorded_at, -1) AS recorded_at,
    coalesce(record, '') AS record, coalesce(leaf, '') AS leaf, CASE WHEN %(bodies)b THEN body END FROM liggare.events
WHERE position BETWEEN %(first)b AND %(last)b ORDER BY position
