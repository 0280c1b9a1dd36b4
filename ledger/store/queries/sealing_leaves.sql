-- The leaves after a position, at most so many, as one run; how many they are, and where the log ends.
SELECT coalesce(string_agg(e.leaf, ''::bytea ORDER BY e.position), ''::bytea), count(e.position), h.head
FROM liggare.head() h
LEFT JOIN liggare.events e
    ON e.position > %(after)s::bigint AND e.position <= least(%(after)s::bigint + %(most)s::bigint, h.head)
GROUP BY h.head
