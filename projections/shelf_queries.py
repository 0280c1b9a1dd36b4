"""The statements of the shelf in PostgreSQL. Each reads the generation and its rows at once.

So a switch falls before or after it, never between.
"""

SETTINGS = {
    "enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "jit": "off",
    "plan_cache_mode": "force_generic_plan", "max_parallel_workers_per_gather": "0",
}  # fmt: skip

JOIN = "INSERT INTO projections.follower (code) VALUES (%s) ON CONFLICT DO NOTHING"
# Who has the turn and stands still loses it after so many milliseconds, with the transaction.
TURN = """
SELECT set_config('idle_in_transaction_session_timeout', %s, true), generation, position
FROM projections.follower WHERE code = %s FOR UPDATE SKIP LOCKED
"""
STAND = "SELECT generation, position FROM projections.follower WHERE code = %s"
REACHED = "UPDATE projections.follower SET position = %s WHERE code = %s"
SWITCH = """
INSERT INTO projections.follower (code, generation, position) VALUES (%s, %s, %s)
ON CONFLICT (code) DO UPDATE SET generation = excluded.generation, position = excluded.position
"""
SWEEP = """
DELETE FROM projections.history
WHERE generation NOT IN (SELECT generation FROM projections.follower)
    AND generation NOT IN (SELECT generation FROM projections.building)
"""

KEEP = """
INSERT INTO projections.history (generation, kind, key, since, position, begins, state, steps)
SELECT %s, * FROM unnest(
    %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::boolean[], %b::bytea[], %b::bytea[]
)
"""
COPY = """
COPY projections.history (generation, kind, key, since, position, begins, state, steps)
FROM STDIN (FORMAT BINARY)
"""
COPY_TYPES = ("int8", "text", "text", "int8", "int8", "bool", "bytea", "bytea")

# Of each name the newest era that begins at or below the position, and its rows up to there. A key that had
# not begun by then has the era 0 and no row. OFFSET 0 keeps the planner from reading every era of a key.
# Nothing is sorted, so that the first rows are sent while the next are looked up: with the settings above it
# is nested loops throughout, which go through the names in order (``in_order`` looks after that).
READ = """
SELECT f.position, e.nr, e.position, e.begins, e.since, e.state, e.steps
FROM projections.follower f
LEFT JOIN LATERAL (
    SELECT n.nr, h.begins, h.since, h.position, h.state, h.steps
    FROM unnest(%(kinds)s::text[], %(keys)s::text[]) WITH ORDINALITY AS n(kind, key, nr)
    CROSS JOIN LATERAL (
        SELECT h.since FROM projections.history h
        WHERE h.generation = f.generation AND h.kind = n.kind AND h.key = n.key AND h.since <= %(upto)s
        ORDER BY h.since DESC LIMIT 1
    ) newest
    CROSS JOIN LATERAL (
        SELECT h.begins, h.since, h.position, h.state, h.steps FROM projections.history h
        WHERE h.generation = f.generation AND h.kind = n.kind AND h.key = n.key
            AND h.since = newest.since AND h.position <= %(upto)s
        OFFSET 0
    ) h
) e ON true
WHERE f.code = %(code)s
"""
# Where few keys had begun, all of those are read and sorted; otherwise keys are read in their order, of which
# enough had begun. Neither grows with how many there are now.
KEYS = """
SELECT f.position, CASE WHEN begun.few THEN ARRAY(
    SELECT n.key FROM (
        SELECT h.key FROM projections.history h
        WHERE h.begins AND h.generation = f.generation AND h.kind = %(kind)s AND h.position <= %(upto)s
        OFFSET 0
    ) n WHERE n.key > %(after)s ORDER BY n.key LIMIT %(limit)s
) ELSE ARRAY(
    SELECT n.key FROM (
        SELECT h.key, h.position FROM projections.history h
        WHERE h.begins AND h.generation = f.generation AND h.kind = %(kind)s AND h.key > %(after)s
        ORDER BY h.key OFFSET 0
    ) n WHERE n.position <= %(upto)s LIMIT %(limit)s
) END
FROM projections.follower f CROSS JOIN LATERAL (
    SELECT count(*) < %(few)s AS few FROM (
        SELECT FROM projections.history h
        WHERE h.begins AND h.generation = f.generation AND h.kind = %(kind)s AND h.position <= %(upto)s
        LIMIT %(few)s
    ) counted
) begun
WHERE f.code = %(code)s
"""
KEYS_FEW = 10_000
NAMES_MANY = (
    50  # from so many on it is worth planning READ anew, which is the price of taking rows as they come
)
ROWS_AT_ONCE = 64
EVERY = """
SELECT n.key, h.begins, h.since, h.state, h.steps
FROM projections.history n
CROSS JOIN LATERAL (
    SELECT h.since FROM projections.history h
    WHERE h.generation = n.generation AND h.kind = n.kind AND h.key = n.key AND h.since <= %(upto)s
    ORDER BY h.since DESC LIMIT 1
) newest
CROSS JOIN LATERAL (
    SELECT h.begins, h.since, h.position, h.state, h.steps FROM projections.history h
    WHERE h.generation = n.generation AND h.kind = n.kind AND h.key = n.key
        AND h.since = newest.since AND h.position <= %(upto)s
    OFFSET 0
) h
WHERE n.begins AND n.generation = %(generation)s AND n.kind = %(kind)s AND n.position <= %(upto)s
ORDER BY n.key, h.position
"""
