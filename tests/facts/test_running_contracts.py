"""Running assignments: from the contract until its end, a cancellation, or somebody's decision."""

from datetime import date

from ledger.events.assignments import AssignmentCancelled
from ledger.events.supplier_status import RunningAssignmentsDecided
from ledger.facts.running_contracts import RunningContracts, running_contracts
from tests.decisions.background import AGREEMENT, REGION_ID
from tests.facts.shifts import contract
from tests.histories import made

PLACE = (AGREEMENT, "nurses", REGION_ID)
FIRST = contract(assignment="a-1", from_on=date(2025, 4, 7), until_on=date(2025, 6, 30))
SECOND = contract(assignment="a-2", from_on=date(2025, 4, 7), until_on=date(2025, 5, 30))


def held(*events: object) -> RunningContracts:
    return running_contracts("s-1").over(enumerate(events, 1))


def test_an_assignment_runs_until_the_day_its_period_has_ended():
    both = held(FIRST, SECOND)
    assert both.undecided(PLACE, date(2025, 3, 1)) == ("a-1", "a-2")
    assert both.undecided(PLACE, date(2025, 5, 29)) == ("a-1", "a-2")
    assert both.undecided(PLACE, date(2025, 5, 30)) == ("a-1",)
    assert both.undecided(PLACE, date(2025, 6, 30)) == ()


def test_a_cancelled_one_runs_until_its_cancellation():
    cancelled = made(AssignmentCancelled, assignment="a-1", from_on=date(2025, 5, 1))
    assert held(FIRST, cancelled).undecided(PLACE, date(2025, 4, 30)) == ("a-1",)
    assert held(FIRST, cancelled).undecided(PLACE, date(2025, 5, 1)) == ()


def test_what_somebody_has_decided_on_is_decided():
    decided = made(RunningAssignmentsDecided, assignments=("a-1", "a-unknown"), choice="to-be-cancelled")
    assert held(FIRST, SECOND, decided).undecided(PLACE, date(2025, 5, 1)) == ("a-2",)


def test_another_place_has_its_own():
    assert held(FIRST).undecided((AGREEMENT, "doctors", REGION_ID), date(2025, 5, 1)) == ()
    assert held(FIRST).undecided((AGREEMENT, "nurses", "skane"), date(2025, 5, 1)) == ()
    assert held(FIRST).undecided((AGREEMENT, "nurses", None), date(2025, 5, 1)) == ("a-1",)
