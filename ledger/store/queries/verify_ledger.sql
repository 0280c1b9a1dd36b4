-- The mode, and whether a real ledger's mark lies where no question can have put it.
SELECT mode, mode = 'real' AND known_mark > extract(epoch FROM clock_timestamp()) * 1000000 + clock_ahead_max
FROM liggare.ledger
