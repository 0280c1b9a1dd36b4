-- Tables of the ledger that would not show or keep what was written to them: not logged, with rows hidden or added, or
-- with rules or other triggers between the append and the row; or that may hold what no append writes: a row twice, nulls.
SELECT ARRAY(
    SELECT c.relname::text FROM pg_class c
    WHERE c.relnamespace = to_regnamespace('liggare') AND c.relkind = 'r'
      AND (c.relpersistence <> 'p' OR c.relrowsecurity OR c.relhasrules OR c.relhassubclass OR EXISTS (
          SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgname <> 'append_only')
      OR EXISTS (
          SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND NOT a.attnotnull AND (c.relname, a.attname) NOT IN (('events', 'body'), ('ledger', 'mode')))
      OR coalesce((
          SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_index i
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
          WHERE i.indrelid = c.oid AND i.indisprimary AND i.indisvalid), '{}') <> CASE c.relname
              WHEN 'events' THEN ARRAY['position']
              WHEN 'tags' THEN ARRAY['tag', 'type', 'position']
              WHEN 'commands' THEN ARRAY['client', 'command_id']
              WHEN 'ledger' THEN ARRAY['single']
              WHEN 'migrations' THEN ARRAY['name']
              WHEN 'tiles' THEN ARRAY['level', 'index']
              WHEN 'checkpoints' THEN ARRAY['size']
              WHEN 'cosignatures' THEN ARRAY['witness', 'key_id', 'size']
              WHEN 'stamps' THEN ARRAY['size', 'digest'] END)
    ORDER BY 1
)
