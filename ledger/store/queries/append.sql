-- One flush (docs/adr/0002): the clock's mode, then the arrays of commands, events, tags and conditions.
SELECT verdicts, first, last, recorded, leaves
FROM liggare.append_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
