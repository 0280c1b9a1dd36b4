-- Positions of the events that match any item: one of its types (any, when it names none) and all of its tags. Items
-- travel as JSON because PostgreSQL has no ragged arrays. Only the adapter of foreign ports asks this way.
WITH items AS (
    SELECT ARRAY(SELECT jsonb_array_elements_text(i -> 'types')) AS types,
           ARRAY(SELECT jsonb_array_elements_text(i -> 'tags')) AS tags
    FROM jsonb_array_elements(%(items)s::jsonb) AS i
),
head AS MATERIALIZED (SELECT coalesce(max(position), 0) AS position FROM liggare.events)
SELECT head.position, e.position, e.type, e.recorded_at, e.record, e.leaf, e.body
FROM head LEFT JOIN LATERAL (
    SELECT e.*
    FROM (
        SELECT t.position
        FROM items i JOIN liggare.tags t ON t.tag = i.tags[1] AND t.position > %(after)s
        WHERE (i.types = '{}' OR t.type = ANY (i.types))
          AND NOT EXISTS (
              SELECT FROM unnest(i.tags[2:]) AS other(tag)
              WHERE NOT EXISTS (
                  SELECT FROM liggare.tags u WHERE u.tag = other.tag AND u.type = t.type AND u.position = t.position))
        UNION
        SELECT x.position
        FROM items i JOIN liggare.events x ON x.position > %(after)s AND (i.types = '{}' OR x.type = ANY (i.types))
        WHERE i.tags = '{}'
    ) AS p
    JOIN liggare.events e ON e.position = p.position
    ORDER BY e.position
    LIMIT %(limit)s
) AS e ON true
ORDER BY e.position
