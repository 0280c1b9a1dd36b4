"""`liggare what-if`: over a real ledger, of which nothing changes; its blocks, its JSON, its errors."""

import io
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace
from psycopg.conninfo import make_conninfo
from rich.console import Console
from typer.testing import CliRunner

from api.cli.program import PROGRAM
from api.cli.what_if import READ_ONLY
from api.cli.what_if_shown import result_of
from ledger.policy.book import load
from ledger.store.postgres import PostgresLog
from replay.reperform import Scope
from replay.whatif.change import Change
from replay.whatif.found import SLIGHT
from replay.whatif.history import Asked
from replay.whatif.policy_file import rows_of
from replay.whatif.shares import policy_over_awards, what_if
from tests.cases.story import Step, backgrounds, moment
from tests.cases.world import World
from tests.postgres import Database, PostgresServer, fresh_database
from tests.replay.histories import CASES
from tests.replay.test_what_if import LONG, THRESHOLD

pytestmark = pytest.mark.postgres
FINE, USAGE, NOT_CHECKED = 0, 2, 4
TABLES = """SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"""


@pytest.fixture(scope="module")
def ledger(postgres_server: PostgresServer, migrated_template: str) -> Iterator[Database]:
    """The long story of the tests of what-if, in PostgreSQL."""
    with fresh_database(postgres_server, migrated_template) as database:
        log = PostgresLog(database.serve_url, mode="simulated")
        world = World(log=log)  # type: ignore[arg-type]
        begun = CASES["continuity-in-the-award"][0]
        for step in (*backgrounds()[begun.background], *begun.given[:2]):
            world.take(step)
        for at, sentence in LONG:
            world.take(Step(moment(at), sentence, {}))
        log.close()
        yield database


@pytest.fixture
def threshold(tmp_path: Path) -> str:
    file = tmp_path / "threshold.yaml"
    file.write_text(THRESHOLD)
    return str(file)


def run(ledger: Database, *arguments: str) -> tuple[int, str, str]:
    return ran(ledger, "what-if", *arguments)


def ran(ledger: Database, *arguments: str) -> tuple[int, str, str]:
    env = {"LIGGARE_SERVE_URL": ledger.serve_url, "LIGGARE_VAULT_URL": ledger.serve_url}
    done = CliRunner().invoke(PROGRAM, [*arguments], env=env, prog_name="liggare")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def document(ledger: Database, *arguments: str) -> tuple[int, dict[str, Any]]:
    code, stdout, stderr = run(ledger, *arguments, "--json")
    assert stdout.count("\n") == 1, stdout + stderr
    return code, json.loads(stdout)


def contents(ledger: Database) -> dict[str, Any]:
    """Every row of every table, and where every sequence stands."""
    with psycopg.connect(ledger.owner_url) as connection:
        names = [row[0] for row in connection.execute(TABLES)]
        rows = {
            name: connection.execute(f"SELECT t::text FROM {name} AS t ORDER BY 1").fetchall()
            for name in names
        }
        return rows | {"": connection.execute("SELECT * FROM pg_sequences ORDER BY 1, 2").fetchall()}


def test_nothing_in_the_ledger_changes(ledger: Database, threshold: str):
    before = contents(ledger)
    assert len(before) > 4
    for arguments in (
        ("--policy", threshold),
        ("--policy", threshold, "--follow", "--until", "2025-04-14T12:00:00Z"),
        ("--without", "p40", "--from", "2025-01-01T00:00:00Z"),
        ("--policy", threshold, "--processes", "2"),
    ):
        assert run(ledger, *arguments)[0] == FINE
    assert contents(ledger) == before


def test_a_connection_that_only_reads_lets_nothing_through(ledger: Database):
    url = make_conninfo(ledger.serve_url, options=READ_ONLY)
    with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("SELECT liggare.position_at(9000000000000000)")


def test_the_document_says_what_differs_and_why(ledger: Database, threshold: str):
    code, found = document(ledger, "--policy", threshold)
    assert (code, found["follow"], found["cannot"]) == (FINE, False, 0)
    assert found["again"] < found["decisions"]
    winner = next(one for one in found["consequences"] if one["what"] == "winner")
    assert (winner["recorded"], winner["instead"]) == ("s-2 with k-2", "s-1 with k-1")
    assert winner["why"][0]["assumption"] is True
    assert found["counts"]["award-order@1"]["winner"] == 1
    followed = document(ledger, "--policy", threshold, "--follow")[1]
    assert followed["counts"]["conclude-contract@1"] == {"refused": 1}
    assert followed["unknown"] == {"2": 1}


def test_people_get_a_summary_first(ledger: Database, threshold: str):
    code, shown, _ = run(ledger, "--policy", threshold, "--follow")
    assert code == FINE
    assert shown.startswith(
        "TÄNK OM / WHAT IF continuity.threshold = 11 från / from 2024-01-01 (nation) — följt hela vägen"
    )
    assert "NOBODY CAN KNOW: 1 decision stands as recorded" in shown
    assert "ASSUMPTION" in shown
    assert shown.index("regel / rule") < shown.index("Beslut som faller ut annorlunda")


@pytest.mark.parametrize("width", [60, 80, 120, 160])
def test_each_decision_is_a_block_whose_words_stay_whole(ledger: Database, threshold: str, width: int):
    asked = Asked(Change(rows_of("f", THRESHOLD, load())), Scope(), follow=True)
    found = what_if(partial(PostgresLog, ledger.serve_url, mode="simulated"), asked)
    stream = io.StringIO()
    console = Console(file=stream, width=width, markup=False, highlight=False)
    for part in result_of(asked, found, 1.0).shown:
        console.print(part)
    told = stream.getvalue()
    assert {len(line) > width for line in told.splitlines()} == {False}
    whole = " ".join(told.split())
    for one in [one for one in found.consequences if one.what not in SLIGHT]:
        instead = "nekas / refused" if one.what == "refused" else one.instead
        assert f"p{one.position} {one.rule.partition('@')[0].replace('-', ' ')} " in whole
        assert f"{one.recorded} → {instead} därför / why: " in whole
        assert one.why[0].fact in whole


def test_thousands_of_consequences_do_not_flood_the_terminal(ledger: Database, threshold: str):
    asked = Asked(Change(rows_of("f", THRESHOLD, load())), Scope())
    found = what_if(partial(PostgresLog, ledger.serve_url, mode="simulated"), asked)
    one = next(one for one in found.consequences if one.what == "winner")
    many = replace(found, consequences=[one] * 500, counts={one.rule: {"winner": 500}})
    parts = result_of(asked, many, 1.0).shown
    assert "… och 488 till / and 488 more (with --json)" in parts
    assert len(parts) < 100


def test_two_processes_come_to_the_same(ledger: Database):
    open_log = partial(PostgresLog, ledger.serve_url, mode="simulated")
    rows = rows_of("f", THRESHOLD, load())
    one, two = (what_if(open_log, Asked(Change(rows)), processes) for processes in (1, 2))
    assert [c.position for c in one.consequences] == [c.position for c in two.consequences]
    assert (one.moved, one.counts, one.decisions) == (two.moved, two.counts, two.decisions)
    awards = policy_over_awards(open_log, rows, Scope(), 2)
    assert (awards.decisions, awards.differ, awards.moved) == (5, 5, [])


def test_events_and_commands_are_thought_in(ledger: Database, tmp_path: Path):
    file = tmp_path / "with.yaml"
    file.write_text("- {after: p40, event: draw-seed-recorded, fields: {}}\n")
    code, _, told = run(ledger, "--with", str(file))
    assert (code, "with.yaml, number 1: Object missing required field" in told) == (USAGE, True)
    file.write_text(
        "- at: 2025-02-12T08:00:00Z\n  command: withdraw-order\n  actor: orderer-1\n  mandate: m-orderer\n"
        "  body: {order: o-1, reason: no longer needed}\n"
    )
    code, found = document(ledger, "--with", str(file))
    assert code == FINE
    assert found["counts"]["award-order@1"] == {"refused": 1}
    assert found["consequences"][0]["instead"] == "refused: order-withdrawn"
    file.write_text(
        "- at: 2025-02-12T09:15:00Z\n  event: award-lapsed\n"
        "  fields: {order: o-1, offer: o-1-s-2, supplier: s-2, decided_at: 2025-02-12T09:15:00Z,\n"
        "           cause: supplier-withdrew, reason: no nurse, facts: []}\n"
    )
    code, found = document(ledger, "--with", str(file))
    assert (code, found["counts"]["accept-award@1"]) == (FINE, {"refused": 1})


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "say what is otherwise"),
        (("--without", "2025-01-01T00:00:00Z"), "is no position"),
        (("--without", "p1"), "there is no ledger"),
        (("--without", "p99999"), "--without: position 99999 is not recorded"),
        (("--without", "p40", "--until", "p39"), "--without: p40 comes after --until, at p39"),
        (("--without", "p0"), "--without: an instant is written like"),
        (("--without", "p40", "--from", "later"), "--from: an instant is written like"),
        (("--without", "p40", "--until", "p99999"), "--until: position 99999 is not recorded"),
        (
            ("--without", "p40", "--from", "p40", "--until", "p39"),
            "--until: p39 has to come after --from p40",
        ),
        (
            ("--without", "p40", "--until", "2100-01-01T00:00:00Z"),
            "--until: 2100-01-01T00:00:00.000000Z lies",
        ),
        (
            ("--without", "p40", "--from", "2100-01-01T00:00:00Z"),
            "--from: 2100-01-01T00:00:00.000000Z lies",
        ),
        (
            ("--without", "p40", "--until", "1999-01-01T00:00:00Z"),
            "--until: before the ledger began",
        ),
        (("--policy", "nowhere.yaml"), "nowhere.yaml cannot be read"),
        (("--with", "nowhere.yaml"), "nowhere.yaml cannot be read"),
    ],
)
def test_what_is_asked_wrongly_is_said(ledger: Database, arguments: tuple[str, ...], told: str):
    code, _, stderr = run(ledger, *arguments)
    assert (code, told in stderr) == (USAGE, True), stderr


def test_a_value_of_a_region_that_is_not_registered_is_refused(ledger: Database, tmp_path: Path):
    file = tmp_path / "own.yaml"
    file.write_text(
        "term: continuity.threshold\nvalues:\n"
        "  - {value: 3, valid_from: 2024-01-01, level: region, scope: skanne}\n"
    )
    code, _, stderr = run(ledger, "--policy", str(file))
    assert (code, "scope: there is no region skanne" in stderr) == (USAGE, True), stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "is not YAML"),
        ("a: [", "at line 1, column"),
        ("{}", "must be a list"),
        ("- {}\n---\n- {}", "must be a list"),
        ("- &a [*a]", "an alias"),
        ("[" * 3_000, "more than 40 levels"),
        ("- {after: p3, on: 2025-02-31}", "has a date or a number that does not exist"),
        ("- {event: award-lapsed, fields: {}}", "says neither after nor at"),
        ("- {event: award-lapsed, at: 1999-01-01T00:00:00Z}", "before the ledger began"),
        ("- {after: p3, event: award-lapsed, fields: {2025-01-01: x}}", "a name is no text"),
        ("- {after: p3, command: withdraw-order, body: {order: o-1, reason: x}, actor: [a]}", "must be text"),
        (
            "- {after: p3, command: withdraw-order, body: {order: o-1, reason: x}, mandate: {m: 1}}",
            "must be text",
        ),
        ("- {after: p3}", "number 1: names either an event or a command"),
        ("- {after: p3, event: x}", "there is no event x"),
        ("- {after: p3, command: x}", "there is no command x"),
        ("- {after: p3, event: award-lapsed, fields: {who: x}}", "the event has no who"),
        (
            "- {after: p3, event: award-lapsed, fields: {decided_at: soon}}",
            "fields: decided_at: an instant is",
        ),
        ("- {after: p3, command: withdraw-order, when: 1}", "when is not a field"),
        ("- {after: 2025-01-01, command: withdraw-order}", "number 1: after: an instant is"),
        ("- {after: p99999, command: withdraw-order}", "not recorded yet"),
        ("- {at: 2025-01-01, command: withdraw-order}", "number 1: at: an instant is"),
        ("- {after: p3, command: withdraw-order, body: x}", "number 1: body: "),
        (
            "- {after: p30, command: withdraw-order, body: {order: o-9, reason: x}}",
            "would be refused: order-unknown",
        ),
    ],
)
def test_a_file_of_additions_that_is_wrong_says_where(ledger: Database, tmp_path: Path, text: str, told: str):
    file = tmp_path / "with.yaml"
    file.write_text(text)
    code, _, stderr = run(ledger, "--with", str(file))
    assert code in {USAGE, NOT_CHECKED}
    assert told in stderr


def test_a_scope_without_a_decision_is_not_checked(ledger: Database, threshold: str):
    assert (
        run(ledger, "--policy", threshold, "--region", "jamtland-harjedalen", "--until", "p1")[0]
        == NOT_CHECKED
    )


@pytest.mark.parametrize("command", [("what-if", "--without", "p40"), ("reperform",)])
def test_a_party_that_no_event_names_is_a_slip_of_the_pen(ledger: Database, command: tuple[str, ...]):
    for option, written, meant in (
        ("--region", "jamtland-harjedal", "jamtland-harjedalen"),
        ("--supplier", "s1", "s-1"),
    ):
        code, _, stderr = ran(ledger, *command, option, written)
        said = f"there is no {option.removeprefix('--')} {written}; menade du / did you mean: {meant}"
        assert (code, stderr.startswith(f"liggare: {option}: {said}")) == (USAGE, True), stderr
        assert ran(ledger, *command, option, meant)[0] != USAGE
