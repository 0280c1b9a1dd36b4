-- Tables of the ledger that would not show or keep what was written to them: not logged, with rows hidden or added, or
-- with rules or other triggers between the append and the row.
SELECT ARRAY(
    SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = to_regnamespace('liggare') AND c.relkind = 'r'
      AND (c.relpersistence <> 'p' OR c.relrowsecurity OR c.relhasrules OR c.relhassubclass OR EXISTS (
          SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgname <> 'append_only'))
    ORDER BY 1
)
