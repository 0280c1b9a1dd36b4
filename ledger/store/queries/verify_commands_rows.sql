-- The same of commands.
SELECT count(*), string_agg(int8send(first), ''), string_agg(client, E'\n'), string_agg(command_id, E'\n'),
    string_agg(encode(mac, 'hex'), E'\n'), string_agg(int8send(last), '')
FROM liggare.commands WHERE ctid >= ($1::text)::tid AND ctid < ($2::text)::tid
