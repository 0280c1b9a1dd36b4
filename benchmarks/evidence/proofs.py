"""Proofs out of the stored tree, at lengths of one ledger: how long each takes, and what it reads."""

import time
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, cast

import msgspec
import psycopg

from api.proofs import consistency_body, inclusion_body
from benchmarks.evidence.plan import Plan
from benchmarks.national.latency import quantiles
from benchmarks.place import Database
from ledger.proof.check import check_consistency, check_inclusion
from ledger.store.postgres import PostgresLog
from ledger.store.sealing_tree import Connection, Consistency, Inclusion, StoredTree

_PAGES = ("Shared Hit Blocks", "Shared Read Blocks")


def measure(database: Database, plan: Plan) -> dict[str, Any]:
    """Both kinds at each length, for leaves and older sizes drawn uniformly: milliseconds, reads, hashes.

    What is timed is the whole answer in one process, without HTTP: from position or size to the proof's JSON.
    Each proof is checked against its roots, outside the time. Raises ProofError.
    """
    log = PostgresLog(database.serve_url, mode="simulated")
    try:
        found = {str(size): _at(database, log.tree(), size, plan) for size in plan.prefixes()}
    finally:
        log.close()
    return {"lengths": found}


def _at(database: Database, tree: StoredTree, size: int, plan: Plan) -> dict[str, Any]:
    drawn = Random(plan.seed)  # noqa: S311  which are asked, nothing secret
    roots = {size: tree.root(size)}
    positions = [drawn.randint(1, size) for _ in range(plan.proofs)]

    def included(proof: Inclusion) -> bytes:
        return msgspec.json.encode(inclusion_body(proof, simulated=True))

    def goes_on(proof: Consistency) -> bytes:
        return msgspec.json.encode(consistency_body(proof, simulated=True))

    one = _timed(lambda at: tree.inclusion(at, size), included, positions)
    both = _timed(lambda at: tree.consistency(at, size), goes_on, positions)
    for found in one[1]:
        check_inclusion(found.leaf, found.position - 1, size, found.path, roots[size])
    for older in both[1][: plan.counted]:
        check_consistency(older.old, tree.root(older.old), size, roots[size], older.path)
    reads = _reads(database, size, positions[: plan.counted])
    return {
        "inclusion": {**quantiles(one[0]), **_hashes(one[1]), **reads["inclusion"]},
        "consistency": {**quantiles(both[0]), **_hashes(both[1]), **reads["consistency"]},
    }


def _timed(
    prove: Callable[[int], Any], written: Callable[[Any], bytes], positions: list[int]
) -> tuple[list[float], list[Any]]:
    """Milliseconds of each answer, and the proofs."""
    times, found = [], []
    for position in positions:
        began = time.perf_counter()
        proof = prove(position)
        written(proof)
        times.append((time.perf_counter() - began) * 1_000)
        found.append(proof)
    return times, found


def _hashes(proofs: list[Any]) -> dict[str, int]:
    return {"hashes_most": max(len(proof.path) for proof in proofs)}


def _reads(database: Database, size: int, positions: list[int]) -> dict[str, dict[str, float]]:
    """What a proof reads, on the average and at most: statements, rows and pages of 8 KiB."""
    found: dict[str, dict[str, float]] = {}
    with psycopg.connect(database.serve_url, autocommit=True) as connection:
        for kind in ("inclusion", "consistency"):
            counts = []
            for position in positions:
                counted = Counted(connection)
                tree = StoredTree(lambda read, counted=counted: read(cast("Connection", counted)))  # type: ignore[misc]
                getattr(tree, kind)(position, size)
                counts.append(counted.counts)
            found[kind] = _summed(counts)
    return found


def _summed(counts: Sequence[Mapping[str, int]]) -> dict[str, float]:
    return {
        **{f"{name}_mean": round(sum(one[name] for one in counts) / len(counts), 1) for name in counts[0]},
        **{f"{name}_most": max(one[name] for one in counts) for name in counts[0]},
    }


class Counted:
    """A connection that counts what is read on it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.counts = {"statements": 0, "rows": 0, "pages": 0}

    def execute(self, statement: Any, values: Any = None, **options: Any) -> psycopg.Cursor[Any]:
        """Run it, and once more to be told the pages that it takes."""
        explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
        row = self._connection.execute(cast("Any", explain), values).fetchone()
        plan = row[0][0]["Plan"] if row else {}
        cursor = self._connection.execute(statement, values, **options)
        self.counts["statements"] += 1
        self.counts["rows"] += cursor.rowcount
        self.counts["pages"] += sum(plan.get(name, 0) for name in _PAGES)
        return cursor
