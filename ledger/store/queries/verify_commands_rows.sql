-- The same of commands.
SELECT CASE WHEN bool_or(NOT (first, client, command_id, mac, last) IS NOT NULL) THEN -1 ELSE count(*) END,
    string_agg(int8send(first), ''), string_agg(client, E'\n'), string_agg(command_id, E'\n'),
    string_agg(encode(mac, 'hex'), E'\n'), string_agg(int8send(last), '')
FROM liggare.commands WHERE ctid >= ($1::text)::tid AND ctid < ($2::text)::tid
