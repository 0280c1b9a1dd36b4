SELECT first, last, client, command_id, mac FROM liggare.commands
WHERE first BETWEEN %(first)b AND %(last)b ORDER BY first, client, command_id
