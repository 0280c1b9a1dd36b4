-- Rows as they lie in the table, from one place in it up to another, each column as one long value.
SELECT count(*), string_agg(int8send(position), ''), string_agg(tag, E'\n'), string_agg(type, E'\n')
FROM liggare.tags WHERE ctid >= %(start)s::tid AND ctid < %(end)s::tid
