-- Rows as they lie in the table, from one place in it up to another, each column as one long value: a row for each would
-- cost more. $3 stands between texts; a null leaves a number out, or one of these.
SELECT array_agg(position), string_agg(tag, $3::text), string_agg(type, $3::text)
FROM liggare.tags WHERE ctid >= ($1::text)::tid AND ctid < ($2::text)::tid
