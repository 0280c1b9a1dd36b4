SELECT position, tag, type FROM liggare.tags ORDER BY position, tag, type
