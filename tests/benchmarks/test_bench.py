"""A tiny run of every benchmark: the parts of the document, the same work, the ratios' names."""

import json
import multiprocessing
from dataclasses import asdict, replace
from io import StringIO

import pytest
from rich.console import Console

from benchmarks import run
from benchmarks.assignments import happened
from benchmarks.contracts import BUSY, FACTS_BYTES, contract, keys
from benchmarks.plan import FULL, QUICK
from benchmarks.report import CEILING_MS, FLOORS, show
from ledger.events.base import tags_of
from ledger.store.canonical import encoded

SIDES = {
    "ours, threads",
    "ours, tasks",
    "library-dcb, threads",
    "library-aggregates, threads",
    "raw-insert, threads",
}


@pytest.fixture(scope="module")
def found(postgres_server, tmp_path_factory):
    output = tmp_path_factory.mktemp("bench") / "bench.json"
    assert run.main(["--tiny", "--json", "--url", postgres_server.admin_url, "--output", str(output)]) == 0
    return json.loads(output.read_text())


def test_the_document_says_what_was_measured_on_what(found):
    assert set(found) == {"ratios", "rates", "rounds", "environment", "callers", "plan"}
    assert {"cores", "postgresql", "fsync", "settings", "python"} <= set(found["environment"])


def test_every_ratio_has_its_name_and_a_value(found):
    assert set(found["ratios"]) == set(FLOORS) | set(CEILING_MS)
    assert all(value > 0 for value in found["ratios"].values())


def test_every_side_appended_with_every_number_of_callers(found):
    appends = found["rates"]["appends"]
    assert set(appends) == SIDES
    counts = {"1", "4", "2 in 2 processes"}
    assert all(
        set(rates) == (counts - {"2 in 2 processes"} if "tasks" in side else counts)
        for side, rates in appends.items()
    )
    assert all(rate > 0 for rates in appends.values() for rate in rates.values())


def test_decisions_replay_and_query_were_measured_on_both_sides(found):
    rates = found["rates"]
    assert set(rates["decisions"]) == {"ours, cold", "ours, cached", "library-dcb"}
    assert set(rates["replay"]) == {"ours", "ours, every view", "library-runner", "verify"}
    assert set(rates["sealing"]) == {"with", "without", "wait ms"}
    assert set(rates["busy_tag"]) == {"ours", "library-dcb"}


MORE, FEWER = (replace(FULL, events=events) for events in (1_000_000, 1_000))


@pytest.mark.parametrize(("plan", "says"), [(FULL, False), (MORE, False), (FEWER, True), (QUICK, True)])
def test_of_a_shorter_run_it_is_said_that_the_floors_are_not_for_it(found, plan, says):
    said = StringIO()
    show(found | {"plan": asdict(plan)}, Console(file=said, width=80))
    for text in ("golven gäller en hel körning", "the floors are for a full run"):
        assert (text in said.getvalue()) is says


def test_no_process_of_the_benchmark_is_left(found):
    assert found
    assert multiprocessing.active_children() == []


def test_every_event_appended_has_the_same_size_and_four_tags():
    key = keys()
    for supplier in (BUSY, "s-001"):
        made = contract(key(), supplier)
        assert len(encoded(made)) == FACTS_BYTES
        assert len(tags_of(made)) == 4


def test_the_replayed_events_are_the_same_each_time():
    first, again = list(happened(150)), list(happened(150))
    assert first == again
    assert len(first) == 150
