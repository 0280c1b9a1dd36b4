SELECT first, last, client, command_id, coalesce(mac, '') FROM liggare.commands
WHERE first BETWEEN %(first)b AND %(last)b ORDER BY first, client, command_id
