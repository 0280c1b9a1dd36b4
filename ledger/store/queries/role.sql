-- Who serves: its name; whether a superuser, or an owner of the ledger, is among all it is or may become; which tables it
-- may change, in whole or by the column, or whether it may add to the schema; and what else would let it past the ledger.
-- SET ROLE reaches roles whose rights are not inherited, and a session's own role comes back with RESET ROLE.
WITH whole AS (
    SELECT r.* FROM pg_roles r WHERE pg_has_role(session_user, r.oid, 'MEMBER')
)
SELECT current_user::text,
       EXISTS (SELECT FROM whole w WHERE w.rolsuper),
       EXISTS (
           SELECT FROM whole w JOIN pg_namespace n ON n.nspowner = w.oid WHERE n.nspname = 'liggare'
       ) OR EXISTS (
           SELECT FROM whole w JOIN pg_class c ON c.relowner = w.oid WHERE c.relnamespace = to_regnamespace('liggare')
       ) OR EXISTS (
           SELECT FROM whole w JOIN pg_proc p ON p.proowner = w.oid WHERE p.pronamespace = to_regnamespace('liggare')
       ),
       ARRAY(
           SELECT DISTINCT c.relname::text
           FROM whole w JOIN pg_class c ON c.relnamespace = to_regnamespace('liggare') AND c.relkind = 'r'
           WHERE has_table_privilege(w.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
              OR has_any_column_privilege(w.oid, c.oid, 'INSERT, UPDATE')
           UNION
           SELECT 'the schema'
           FROM whole w JOIN pg_namespace n ON n.nspname = 'liggare' WHERE has_schema_privilege(w.oid, n.oid, 'CREATE')
           ORDER BY 1
       ),
       EXISTS (
           SELECT FROM whole w
           WHERE w.rolcreaterole OR w.rolreplication OR w.rolbypassrls
              OR w.rolname IN ('pg_write_server_files', 'pg_execute_server_program')
       )
