"""A few thousand events through every stage of the evidence benchmark: what it says, keeps and removes."""

import json
import multiprocessing
from dataclasses import replace
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from rich.console import Console

from benchmarks.evidence import pages
from benchmarks.evidence.plan import Plan
from benchmarks.evidence.report import document, wanted
from benchmarks.evidence.run import run
from benchmarks.evidence.stages import APPENDED, stages
from benchmarks.national import place
from benchmarks.place import Place
from benchmarks.plan import TINY
from ledger.store.verify import verify
from tests import postgres

PLAN = replace(
    Plan(), events=6_000, seed=2, stretch=1_000, proofs=20, counted=5, records=100,
    appends=replace(TINY, callers=(1, 2), rounds=2),
)  # fmt: skip
pytestmark = [
    pytest.mark.timeout(600),  # every stage starts processes of its own
    pytest.mark.skipif(postgres.MAJOR < 18, reason="what it measures has tests of its own on every version"),
]
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("evidence")


@pytest.fixture(scope="module")
def found(postgres_server, home):
    return run(PLAN, home, Console(file=StringIO()), postgres_server.admin_url)


def test_every_floor_has_a_figure(found):
    assert [one["figure"] for one in found["floors"] if one["holds"] is None] == []
    assert len(found["floors"]) == len(wanted(PLAN))


def test_the_whole_ledger_was_sealed_and_verifies(found, postgres_server):
    database = place.ledger(Place(postgres_server.admin_url), PLAN)
    sealed = found["stages"]["seal"]
    assert (sealed["checkpoints"], sealed["rate"] > 0) == (
        -(-found["stages"]["ledger"]["events"] // 1_000),
        True,
    )
    assert verify(database.serve_url).intact


def test_proofs_were_made_and_counted_at_every_length(found):
    lengths = found["stages"]["proofs"]["lengths"]
    assert list(lengths) == ["3000", "6000"]
    for one in lengths.values():
        for kind in ("inclusion", "consistency"):
            told = one[kind]
            assert told["answers"] == PLAN.proofs
            assert 0 < told["p50"] <= told["p99"] <= told["max"]
            assert 1 < told["statements_most"] <= told["rows_most"] <= told["pages_most"]
    # A tree of 6 000 leaves is thirteen high.
    assert max(one["inclusion"]["hashes_most"] for one in lengths.values()) == 13


def test_the_package_holds_the_records_asked_for(found):
    packed = found["stages"]["packages"]
    assert packed["records"] >= PLAN.records
    assert packed["awards"] > 1
    assert found["seconds"]["package_of_1000_records"] > 0


def test_each_number_of_callers_appended_with_and_without_a_sealer(found):
    for one in found["stages"]["appends"]["callers"].values():
        assert all(
            len(rates) == PLAN.appends.rounds for side in ("with", "without") for rates in one[side].values()
        )
    assert set(found["ratios"]["sealed_vs_unsealed"]) == {"1", "2"}


def test_a_ratio_is_the_median_of_the_rounds_own(found):
    slow = {"with": {"1": [9, 1, 40]}, "without": {"1": [10, 2, 50]}, "wait ms": {"p99": [5.0, 7.0]}}
    appends = {"callers": {"1": slow}, "seconds": 1}
    told = document({**found["stages"], "appends": appends}, PLAN, {})
    assert told["ratios"]["sealed_vs_unsealed"] == {"1": 0.8}
    assert told["latency_ms"]["sealing_wait_p99"] == {"1": 7.0, "worst": 7.0}


def test_the_ledger_that_was_appended_to_is_removed_and_no_process_is_left(found, postgres_server):
    assert found
    with psycopg.connect(postgres_server.admin_url) as connection:
        left = connection.execute("SELECT FROM pg_database WHERE datname = %s", (APPENDED,)).fetchall()
    assert left == []
    assert multiprocessing.active_children() == []


def test_a_second_run_measures_nothing_again(found, postgres_server, home):
    said = StringIO()
    second = run(PLAN, home, Console(file=said), postgres_server.admin_url)
    assert second["stages"] == json.loads(json.dumps(found["stages"]))
    assert said.getvalue().count("measured before") == len(stages())


def test_figures_are_put_into_the_page(found, tmp_path):
    (tmp_path / pages.PAGE).write_text((DOCS / pages.PAGE).read_text("utf-8"), "utf-8")
    page = pages.write(found, tmp_path).read_text("utf-8")
    assert all(f"| {floor.figure} |" in page for floor in wanted(PLAN))
    assert pages.write(found, tmp_path).read_text("utf-8") == page
