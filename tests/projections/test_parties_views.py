"""What the views of admissions and of a supplier's standing show, and that their states come back equal."""

from datetime import date

import pytest

from ledger.events.admissions import AdmissionRoundOpened, SupplierCountClaimed
from ledger.events.measures import MeasureDecided, MeasureServed
from ledger.events.parties import SupplierAdmitted
from ledger.events.succession import SupplierSucceeded
from ledger.events.supplier_status import (
    CapacityEnded,
    CapacityReliedUpon,
    RunningAssignmentsDecided,
    SubcontractorRegistered,
    SupplierStatusRecorded,
    TurnoverReported,
)
from ledger.facts.admissions import admissions
from ledger.facts.supplier_records import supplier_records
from projections.base import VIEWS, UnknownKeyError
from tests.histories import AGREEMENT, START_AT, START_ON, Story
from tests.projections.asking import asked

JUNE = date(2025, 6, 1)
PLACE = {"agreement": AGREEMENT, "lot": "nurses", "region": "skane"}


def told(*admitted, **more) -> Story:
    """A story with the policy and these suppliers admitted for nurses in Skåne from the start."""
    story = Story().opened()
    for supplier in admitted:
        said = {"supplier": supplier, "from_on": START_ON, "decided_on": START_ON, "exception": "none"}
        story.tell(SupplierAdmitted, **{**PLACE, **said, **more})
    return story


def status(story, kind, supplier="s-1", from_on=date(2025, 3, 1), **more) -> int:
    said = {"agreement": AGREEMENT, "supplier": supplier, "status": kind, "from_on": from_on}
    return story.tell(
        SupplierStatusRecorded, **{**said, "lot": None, "region": None, "until_on": None, **more}
    )


def standing(story, at=JUNE, supplier="s-1", agreement=AGREEMENT):
    return asked(story, "supplier-standing", supplier, at, agreement=agreement).reading


def test_an_admitted_supplier_receives_orders():
    (place,) = standing(told("s-1")).places
    assert (place.status, place.receives_orders, place.measures) == ("admitted", True, ())


def test_before_its_first_day_it_receives_none():
    (place,) = standing(told("s-1"), at=date(2024, 12, 31)).places
    assert not place.receives_orders


def test_a_bankrupt_supplier_receives_none_and_its_assignments_await_a_decision():
    story = told("s-1")
    contract = story.contract("k-1", "a-1")
    fact = status(story, "insolvent")
    shown = standing(story)
    assert (shown.places[0].status, shown.places[0].receives_orders) == ("insolvent", False)
    (running,) = shown.running
    assert (running.decision_called_for, running.decided) == (True, "")
    assert {contract, fact} <= set(shown.evidence)
    assert {term.row.term for term in shown.terms} == {"status.barring", "status.running-decided"}
    before = standing(story, at=date(2025, 2, 28))
    assert not before.running[0].decision_called_for
    assert before.places[0].receives_orders


def test_what_was_decided_about_an_assignment_stands_beside_it():
    story = told("s-1")
    story.contract("k-1", "a-1")
    status(story, "wound-down")
    said = {"agreement": AGREEMENT, "supplier": "s-1", "assignments": ("a-1",), "successor": None}
    story.tell(RunningAssignmentsDecided, **said, choice="worked-to-end")
    (running,) = standing(story).running
    assert running.decided == "worked-to-end"


def test_a_pause_bars_and_calls_for_no_decision():
    story = told("s-1")
    story.contract("k-1", "a-1")
    status(story, "paused", until_on=date(2025, 6, 2))
    shown = standing(story)
    assert (shown.places[0].receives_orders, shown.running[0].decision_called_for) == (False, False)
    assert standing(story, at=date(2025, 6, 2)).places[0].receives_orders


def test_a_served_quarantine_is_shown_beside_the_status():
    story = told("s-1")
    said = {"measure": "x-1", "supplier": "s-1", **PLACE, "rung": "quarantine", "ends_on": None}
    story.tell(MeasureDecided, **said)
    story.tell(MeasureServed, measure="x-1", supplier="s-1", served_at=START_AT)
    (place,) = standing(story).places
    assert (place.status, place.measures, place.receives_orders) == ("admitted", ("x-1",), False)


def test_capacity_is_gone_when_it_ended_and_the_firms_own_status_is_shown():
    story = told("s-1", "s-2")
    said = {"agreement": AGREEMENT, "supplier": "s-1", "purpose": "turnover", "until_on": None}
    story.tell(
        CapacityReliedUpon, **said, capacity="c-1", firm_supplier="s-2", from_on=START_ON
    )  # fmt: skip
    status(story, "insolvent", "s-2")
    (capacity,) = standing(story).capacities
    assert (capacity.there, capacity.firm_status, capacity.ended_because) == (True, "insolvent", "")
    story.tell(
        CapacityEnded, agreement=AGREEMENT, supplier="s-1", capacity="c-1", from_on=JUNE,
        cause="firm-insolvent",
    )  # fmt: skip
    (capacity,) = standing(story).capacities
    assert (capacity.there, capacity.ended_because) == (False, "firm-insolvent")


def test_turnover_subcontractors_and_successions_are_listed():
    story = told("s-1")
    of = {"agreement": AGREEMENT, "supplier": "s-1"}
    story.tell(TurnoverReported, **of, own_ore=7, met=False)
    story.tell(SubcontractorRegistered, **of, from_on=START_ON, until_on=JUNE)
    story.tell(SupplierSucceeded, former="s-0", successor="s-1", from_on=START_ON)
    story.tell(SupplierSucceeded, former="s-1", successor="s-9", from_on=date(2025, 6, 2))
    shown = standing(story)
    assert [(t.own_ore, t.met) for t in shown.turnover] == [(7, False)]
    assert [one.there for one in shown.subcontractors] == [False]
    assert (shown.predecessors, shown.successors) == (("s-0",), ())
    assert standing(story, at=date(2025, 6, 2)).successors == ("s-9",)


def test_nothing_of_one_agreement_shows_in_the_other():
    story = told("s-1")
    said = {"supplier": "s-1", "lot": "nurses", "region": "skane", "from_on": START_ON}
    story.tell(SupplierAdmitted, **{**said, "agreement": "hyr-28"})
    story.contract("k-1", "a-1", agreement="hyr-28")
    status(story, "insolvent", agreement="hyr-28")
    story.tell(TurnoverReported, agreement="hyr-28", supplier="s-1")
    story.tell(CapacityReliedUpon, agreement="hyr-28", supplier="s-1", capacity="c-1", firm_supplier=None)
    story.tell(SubcontractorRegistered, agreement="hyr-28", supplier="s-1")
    shown = standing(story)
    assert [place.receives_orders for place in shown.places] == [True]
    assert (shown.running, shown.turnover, shown.capacities, shown.subcontractors) == ((), (), (), ())
    assert asked(story, "admissions", AGREEMENT, JUNE).reading.places[0].closed == ()


def test_a_supplier_that_was_never_admitted_has_no_standing():
    with pytest.raises(UnknownKeyError):
        standing(told("s-1"), supplier="s-9")
    with pytest.raises(UnknownKeyError):
        standing(told("s-1"), agreement="hyr-28")


def test_admissions_count_each_supplier_once_and_name_the_closed():
    story = told("s-1", "s-2", "s-3")
    story.tell(
        SupplierAdmitted, **{**PLACE, "region": "gotland"}, supplier="s-1", from_on=START_ON,
        decided_on=START_ON, exception="outside-rounds",
    )  # fmt: skip
    status(story, "excluded", "s-2")
    shown = asked(story, "admissions", AGREEMENT, JUNE).reading
    assert shown.suppliers == {"nurses": 3}
    assert [(p.region, p.suppliers, p.closed, p.exceptions) for p in shown.places] == [
        ("gotland", ("s-1",), (), ("s-1",)),
        ("skane", ("s-1", "s-2", "s-3"), ("s-2",), ()),
    ]
    skane = asked(story, "admissions", AGREEMENT, JUNE, region="skane").reading
    assert [place.region for place in skane.places] == ["skane"]


def test_a_round_that_nobody_was_admitted_in_is_overdue_the_day_after_its_last():
    story = told("s-1")
    story.tell(AdmissionRoundOpened, agreement=AGREEMENT, round="2025-03", decide_by=date(2025, 3, 28))
    on_time = asked(story, "admissions", AGREEMENT, date(2025, 3, 28)).reading.rounds[0]
    later = asked(story, "admissions", AGREEMENT, date(2025, 3, 29)).reading.rounds[0]
    assert (on_time.overdue, later.overdue) == (False, True)
    story.tell(
        SupplierAdmitted, **PLACE, supplier="s-7", round="2025-03", decided_on=date(2025, 3, 29),
        from_on=date(2025, 4, 1), exception="late",
    )  # fmt: skip
    held = asked(story, "admissions", AGREEMENT, JUNE).reading.rounds[0]
    assert (held.admitted, held.late, held.overdue) == (1, 1, True)


def test_what_a_source_counts_stands_beside_what_the_ledger_has():
    story = told("s-1", "s-2")
    story.tell(
        SupplierCountClaimed, agreement=AGREEMENT, lot=None, on=START_ON, suppliers=32, tenders=74,
        source="S1",
    )  # fmt: skip
    (count,) = asked(story, "admissions", AGREEMENT, JUNE).reading.counts
    assert (count.claimed, count.tenders, count.here, count.source) == (32, 74, 2, "S1")


def test_states_come_back_as_they_were():
    story = told("s-1")
    story.contract("k-1", "a-1")
    status(story, "insolvent")
    story.tell(CapacityReliedUpon, agreement=AGREEMENT, supplier="s-1", capacity="c-1")
    for name, kind, key in (
        ("supplier-standing", supplier_records, "s-1"),
        ("admissions", admissions, AGREEMENT),
    ):
        fold, shape = kind(key), VIEWS[name].shape
        told_ = [(n, e) for n, e in enumerate(story.events, 1) if type(e) in kind.handlers]
        state = fold.over(told_)
        assert shape.restore(shape.encode(state)) == state
