-- Who serves: its name, whether it is a superuser, may become an owner of the ledger, and which tables it may change.
SELECT current_user::text,
       r.rolsuper,
       EXISTS (
           SELECT FROM pg_namespace n
           WHERE n.nspname = 'liggare' AND pg_has_role(current_user, n.nspowner, 'MEMBER')
       ) OR EXISTS (
           SELECT FROM pg_class c
           WHERE c.relnamespace = to_regnamespace('liggare') AND pg_has_role(current_user, c.relowner, 'MEMBER')
       ) OR EXISTS (
           SELECT FROM pg_proc p
           WHERE p.pronamespace = to_regnamespace('liggare') AND pg_has_role(current_user, p.proowner, 'MEMBER')
       ),
       ARRAY(
           SELECT c.relname::text FROM pg_class c
           WHERE c.relnamespace = to_regnamespace('liggare') AND c.relkind = 'r'
             AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
           ORDER BY 1
       ),
       r.rolcreaterole OR r.rolreplication OR r.rolbypassrls
FROM pg_roles r WHERE r.rolname = current_user
