-- One snapshot: the head, and the events of these (type, tag) pairs. Each pair is a range of the primary key, so the
-- cost does not depend on what else carries the tag.
WITH head AS MATERIALIZED (SELECT coalesce(max(position), 0) AS position FROM liggare.events)
SELECT head.position, e.position, e.type, e.recorded_at, e.body
FROM head LEFT JOIN LATERAL (
    SELECT e.position, e.type, e.recorded_at, e.body
    FROM (
        SELECT DISTINCT t.position
        FROM unnest($1::text[], $2::text[]) AS s(type, tag)
        CROSS JOIN LATERAL (
            SELECT t.position FROM liggare.tags t
            WHERE t.tag = s.tag AND t.type = s.type AND t.position > $3::bigint AND t.position <= $4::bigint
        ) AS t
    ) AS p
    JOIN liggare.events e ON e.position = p.position
) AS e ON true
ORDER BY e.position
