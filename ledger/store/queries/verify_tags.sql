SELECT position, tag, type FROM liggare.tags
WHERE position BETWEEN %(first)b AND %(last)b ORDER BY position, tag, type
