-- The append-only tables whose trigger is missing, does not always fire, or is not the one the migrations made: before
-- UPDATE (but for the ledger's row), DELETE and TRUNCATE, once a statement (2 + 16 + 8 + 32), without a condition.
SELECT ARRAY(
    SELECT t.name
    FROM (VALUES ('events', 58), ('tags', 58), ('commands', 58), ('tiles', 58), ('checkpoints', 58),
          ('cosignatures', 58), ('stamps', 58), ('ledger', 42))
         AS t(name, kind)
    WHERE NOT EXISTS (
        SELECT FROM pg_trigger g
        WHERE g.tgrelid = to_regclass('liggare.' || t.name) AND g.tgname = 'append_only' AND g.tgenabled = 'A'
          AND g.tgtype = t.kind AND g.tgqual IS NULL AND g.tgfoid = to_regproc('liggare.refuse_change'))
    ORDER BY 1
)
