-- The append-only tables whose trigger is missing or does not always fire.
SELECT ARRAY(
    SELECT t.name FROM unnest(ARRAY['events', 'tags', 'commands', 'ledger']) AS t(name)
    WHERE NOT EXISTS (
        SELECT FROM pg_trigger g
        WHERE g.tgrelid = to_regclass('liggare.' || t.name) AND g.tgname = 'append_only' AND g.tgenabled = 'A')
    ORDER BY 1
)
