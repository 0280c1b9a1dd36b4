SELECT first, last, client, command_id, mac FROM liggare.commands ORDER BY first, client, command_id
