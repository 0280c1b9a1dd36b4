-- Rows as they lie in the table, from one place in it up to another, each column as one long value. Joined texts leave
-- out what is null, so that one with a line feed could take its place: -1 rows then.
SELECT CASE WHEN bool_or(position IS NULL OR tag IS NULL OR type IS NULL) THEN -1 ELSE count(*) END,
    string_agg(int8send(position), ''), string_agg(tag, E'\n'), string_agg(type, E'\n')
FROM liggare.tags WHERE ctid >= ($1::text)::tid AND ctid < ($2::text)::tid
