-- Rows as they lie in the table, from one place in it up to another, each column as one long value.
SELECT count(*), string_agg(int8send(position), ''), string_agg(tag, E'\n'), string_agg(type, E'\n')
FROM liggare.tags WHERE ctid >= ($1::text)::tid AND ctid < ($2::text)::tid
