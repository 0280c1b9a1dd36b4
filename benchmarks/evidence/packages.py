"""An evidence package of awards with so many records: found, read, disclosed, proved, reported, written."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from api.cli.evidence import write_package
from api.gathering import receipt_of_record
from api.receipting import Signing
from benchmarks.evidence.plan import Plan
from benchmarks.place import Database
from benchmarks.sides.sealed import KEY
from ledger.handle.reading import event_of
from ledger.store.confirmed import confirmed
from ledger.store.postgres import PostgresLog
from ledger.store.sealing import connected
from replay.evidence.award import award_records
from replay.evidence.disclosure import Disclosure, Mask
from replay.evidence.gathered import Gathered
from replay.evidence.package import Ground, packed

DECIDED = Disclosure(
    (Mask("checks", "påhittad paragraf / made-up paragraph", "benchmark"),), ("facts", "person")
)
"""Tests of consultants masked, everything else shown."""


def measure(database: Database, plan: Plan) -> dict[str, Any]:
    """One package with the records of awards all over the ledger: seconds from finding them to its files.

    It is verified by its own verifier afterwards, outside the time. Raises ValueError where it is not intact,
    or there are too few awards.
    """
    log = PostgresLog(database.serve_url, mode="simulated")
    try:
        return _packed(log, _ground(log, database), plan)
    finally:
        log.close()


def _ground(log: PostgresLog, database: Database) -> Ground:
    tree = log.tree()
    note = tree.newest()
    if note is None:
        raise ValueError("the ledger is not sealed")
    with closing(connected(database.serve_url)) as connection:
        found = confirmed(connection, note)
    paths = tree.paths()
    signing = Signing(log, tree, KEY, paths)
    receipt = partial(receipt_of_record, signing, under=note)
    return Ground(log, found, lambda at: paths(at, note.size), [KEY.verifier], receipt=receipt)


def _packed(log: PostgresLog, ground: Ground, plan: Plan) -> dict[str, Any]:
    size = ground.confirmed.sealed.size
    chosen = _chosen(log, size, plan)
    with tempfile.TemporaryDirectory(prefix="liggare-bench-") as name:
        directory = Path(name) / "package"
        began, busy = time.perf_counter(), time.process_time()
        package = packed(ground, _gathered(log, chosen, size), DECIDED, "sv")
        write_package(directory, package)
        seconds, processor = time.perf_counter() - began, time.process_time() - busy
        _intact(directory)
    records = sum(one.endswith(".record") for one in package.files)
    return {
        "awards": len(chosen), "records": records, "files": len(package.files), "took": round(seconds, 3),
        "processor_seconds": round(processor, 3), "seconds_of_1000": round(seconds * 1_000 / records, 3),
    }  # fmt: skip


def _chosen(log: PostgresLog, size: int, plan: Plan) -> list[tuple[str, int]]:
    """Awards that have so many records together. Raises ValueError where there are too few."""
    chosen: list[tuple[str, int]] = []
    cited: set[int] = set()
    for order, number in _awarded(log, plan):
        chosen.append((order, number))
        cited |= set(award_records(log, order, number, size, checks=False).cited)
        if len(cited) >= plan.records:
            return chosen
    raise ValueError(f"the awards of the ledger have {len(cited)} records, fewer than {plan.records}")


def _gathered(log: PostgresLog, chosen: list[tuple[str, int]], size: int) -> Gathered:
    """The package of the first award, with the records of the others in it too, as in a case's."""
    awards = [award_records(log, *one, size, checks=False) for one in chosen]
    cited = frozenset(at for one in awards for at in one.cited)
    first = awards[0]
    about = f"award of {first.order}, position {first.number}"
    return Gathered(f"{first.order}/{first.number}", about, None, (first,), (), cited, first.award)


def _awarded(log: PostgresLog, plan: Plan) -> Iterator[tuple[str, int]]:
    """Awards, the first after each of some moments spread over the ledger, then those that follow each."""
    head = log.head().position
    seen: set[tuple[str, int]] = set()
    while True:
        before = len(seen)
        for part in range(plan.moments):
            for stored in log.tail(after=head * part // plan.moments, types=("order-awarded.v1",)):
                event = event_of(stored)
                if (which := (event.order, event.position)) not in seen:
                    seen.add(which)
                    yield which
                    break
        if len(seen) == before:
            return


def _intact(directory: Path) -> None:
    """The package's own verifier says so. Raises ValueError."""
    command = [sys.executable, "-I", "verify.py"]
    ran = subprocess.run(  # noqa: S603  our own program
        command, cwd=directory, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise ValueError(f"{directory.name} is not intact: {ran.stdout}{ran.stderr}")
