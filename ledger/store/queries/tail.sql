-- A stretch ends early where the bodies before reach so many bytes; an event that is larger stands alone.
SELECT position, type, recorded_at, body FROM (
    SELECT *, coalesce(sum(octet_length(body)) OVER (
        ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM liggare.events
    WHERE position > %(after)b AND position <= %(upto)b
) AS e
WHERE before < %(bytes)b ORDER BY position
