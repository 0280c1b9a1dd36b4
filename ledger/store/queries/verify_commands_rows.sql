-- The same of commands.
SELECT array_agg(first), string_agg(client, $3::text), string_agg(command_id, $3::text),
    string_agg(encode(mac, 'hex'), $3::text), array_agg(last)
FROM liggare.commands WHERE ctid >= ($1::text)::tid AND ctid < ($2::text)::tid
