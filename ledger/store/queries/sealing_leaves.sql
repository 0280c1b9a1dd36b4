-- The leaves after a position, at most so many, as one run; how many they are, and where the log ends.
SELECT coalesce(string_agg(e.leaf, ''::bytea ORDER BY e.position), ''::bytea), count(e.position), h.head
FROM liggare.head() h
LEFT JOIN liggare.events e ON e.position > %(after)s AND e.position <= %(after)s + %(most)s AND e.position <= h.head
GROUP BY h.head
