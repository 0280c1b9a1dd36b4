-- The functions of the ledger: name, body, and whether one that runs as its owner leaves the search path to its caller.
SELECT p.proname::text, p.prosrc,
       p.prosecdef AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)
FROM pg_proc p WHERE p.pronamespace = to_regnamespace('liggare') ORDER BY 1
