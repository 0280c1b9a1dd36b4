SELECT position, type, recorded_at, record, leaf, body FROM liggare.events ORDER BY position
