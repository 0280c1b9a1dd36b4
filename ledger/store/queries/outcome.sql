SELECT c.mac, c.first, c.last, e.recorded_at, e.leaf, e.record
FROM liggare.commands c JOIN liggare.events e ON e.position BETWEEN c.first AND c.last
WHERE c.client = %(client)s AND c.command_id = %(command_id)s
ORDER BY e.position
