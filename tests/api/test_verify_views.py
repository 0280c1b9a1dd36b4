"""`liggare verify --views`: what readers are answered from has the digests that the log gives."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from api.cli.program import DIFFERENT, FINE
from api.settings import Settings
from projections.base import VIEWS
from tests.api.test_cli import Program

FORGED = (
    "INSERT INTO projections.history (generation, kind, key, since, position, begins, state, steps)"
    " SELECT generation, %s, 'o-forged', 0, 1, true, NULL, '[]' FROM projections.follower"
)


@pytest.fixture
def program(unmade: Settings) -> Program:
    """The program on a durable server, where its ledger is not there yet."""
    return Program(unmade)


def test_every_view_is_named_and_one_that_was_changed_is_a_finding(program):
    program("init", "--simulated")
    code, document = program.json("verify", "--views")
    assert (code, {view["same"] for view in document["views"]}) == (FINE, {None})
    program("clock", "accept", "--reason", "a test", "--actor", "operator-1")
    program("rebuild", "--processes", "1", "--forget-others")

    code, document = program.json("verify", "--views")
    assert (code, document["intact"]) == (FINE, True)
    assert [view["view"] for view in document["views"]] == sorted(VIEWS)
    assert {(view["same"], view["position"]) for view in document["views"]} == {(True, 2)}
    assert "views" not in program.json("verify")[1]

    board = VIEWS["order-board"]
    url = make_conninfo(program.settings.database_url, dbname=program.settings.database_name)
    with psycopg.connect(url) as connection:
        connection.execute(FORGED, (board.kind.name,))
    code, document = program.json("verify", "--views", "--processes", "2")
    different = {view["view"] for view in document["views"] if not view["same"]}
    assert (code, different) == (DIFFERENT, {one.name for one in VIEWS.values() if one.kind is board.kind})
    assert {finding["what"].split(":")[0] for finding in document["findings"]} == {
        f"view {name}" for name in different
    }
    shown = program("verify", "--views")[1]
    assert "annan/differs" in shown
    assert "samma/same" in shown
    assert program("verify")[0] == FINE


UNREPORTED = """[["shift-approved.v1", 1,
 {"shift": "s-1", "assignment": "a-1", "consultant": "k-1", "approves": 1, "approved_by": "x",
  "approved_at": 1, "ordered_it_too": false, "interests": []}]]"""
BROKEN = {
    b"[[1,": "kept steps cannot be read",
    UNREPORTED.encode().replace(b"k-1", b"\xff"): "kept steps cannot be read",
    UNREPORTED.encode(): "kept steps do not follow from what stands before them (KeyError)",
}


def test_what_is_kept_and_cannot_be_read_is_a_finding_about_its_view_and_stops_nothing(program):
    program("init", "--simulated")
    program("rebuild", "--processes", "1", "--forget-others")
    url = make_conninfo(program.settings.database_url, dbname=program.settings.database_name)
    for steps, told in BROKEN.items():
        with psycopg.connect(url) as connection:
            connection.execute("DELETE FROM projections.history WHERE key = 'o-forged'")
            connection.execute(FORGED, ("deliveries",))
            connection.execute("UPDATE projections.history SET steps = %s WHERE key = 'o-forged'", (steps,))
        code, document = program.json("verify", "--views", "--processes", "1")
        (finding,) = document["findings"]
        assert code == DIFFERENT
        assert finding["what"].startswith(f"view assignment-time: {told}")


def test_views_that_claim_more_than_the_ledger_has_are_findings(program):
    program("init", "--simulated")
    program("rebuild", "--processes", "1", "--forget-others")
    url = make_conninfo(program.settings.database_url, dbname=program.settings.database_name)
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE projections.follower SET position = 9")
    code, document = program.json("verify", "--views", "--processes", "1")
    assert code == DIFFERENT
    assert {finding["what"].partition(": ")[2] for finding in document["findings"]} == {
        "is complete to p9, and the log ends at p1"
    }


def test_views_that_have_not_read_the_last_events_are_said_to_be_compared_only_so_far(program):
    program("init", "--simulated")
    program("rebuild", "--processes", "1", "--forget-others")
    assert "have not read yet" not in program("verify", "--views", "--processes", "1")[1]
    program("clock", "accept", "--reason", "a test", "--actor", "operator-1")
    code, said, _ = program("verify", "--views", "--processes", "1")
    assert code == FINE
    assert "views are compared up to p1; what follows up to p2 they have not read yet" in " ".join(
        said.split()
    )
