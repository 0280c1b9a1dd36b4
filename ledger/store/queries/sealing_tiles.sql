-- Tiles of the tree by level and index: as stored once they are full, else what there is of them.
SELECT k.level, k.index, coalesce(t.hashes, CASE WHEN k.level = 0 THEN (
    SELECT string_agg(e.leaf, ''::bytea ORDER BY e.position) FROM liggare.events e
    WHERE e.position > k.index * 256 AND e.position <= k.index * 256 + 256
) ELSE (
    SELECT string_agg(b.root, ''::bytea ORDER BY b.index) FROM liggare.tiles b
    WHERE b.level = k.level - 1 AND b.index >= k.index * 256 AND b.index < k.index * 256 + 256
) END, ''::bytea)
FROM unnest(%(levels)s::int[], %(indexes)s::bigint[]) AS k(level, index)
LEFT JOIN liggare.tiles t ON t.level = k.level AND t.index = k.index
