"""The four indicators of shadow booking: evidence, innocent explanations, nothing lit without cause."""

from datetime import date, timedelta
from typing import Any

import pytest

from ledger.events.consultants import ConsultantsLinked
from ledger.events.offers import OfferReceived
from ledger.events.orders import OrderPosition, OrderPublished
from ledger.events.shifts import WorkedByAnother
from ledger.events.substitutions import SubstitutionAccepted
from ledger.events.traces import BookingTraceRecorded, UnorderedWorkReported
from ledger.values import MINUTE_US, local_instant
from projections.base import UnknownKeyError
from tests.histories import AGREEMENT, START_AT, START_ON, Story, made
from tests.projections.asking import asked
from tests.projections.test_deliveries import schedule

DAY = timedelta(days=1)
LATER = START_ON + 60 * DAY


def order(story: Story, name: str, published_on: date = START_ON, unit: str = "u-1") -> int:
    wanted = made(OrderPosition, number=1, from_on=LATER, until_on=LATER + 30 * DAY)
    told = {"agreement": AGREEMENT, "region": "skane", "lot": "nurses", "unit": unit, "positions": (wanted,)}
    return story.tell(OrderPublished, order=name, published_at=local_instant(published_on, 600), **told)


def contract(story: Story, name: str, consultant: str = "c-1", **given: Any) -> int:
    period = {"from_on": LATER, "until_on": LATER + 30 * DAY, "order": f"o-{name}"}
    return story.contract(consultant, name, **{**period, **given})


def trace(story: Story, tied_at: int, **given: Any) -> int:
    told = {"consultant": "c-1", "unit": "u-1", "kind": "schedule"}
    period = {"from_on": LATER + 29 * DAY, "until_on": LATER + 40 * DAY}
    return story.tell(BookingTraceRecorded, tied_at=tied_at, **{**told, **period, **given})


def tied(story: Story, **params: Any) -> Any:
    (found,) = asked(story, "shadow-booking", "c-1", LATER, agreement=AGREEMENT, **params).reading.tied_before
    return found


def test_a_trace_from_before_the_publication_ties_and_one_from_after_does_not() -> None:
    published_at = local_instant(START_ON, 600)
    for tied_at, lit in ((published_at - 1, True), (published_at, False)):
        story = Story().opened()
        order(story, "o-a-1")
        contract(story, "a-1")
        at = trace(story, tied_at)
        shown = tied(story)
        assert (shown.lit, [tie.position for tie in shown.ties]) == (lit, [at] if lit else [])
        assert bool(shown.innocent) == lit


def test_a_trace_at_another_unit_or_for_other_dates_ties_nothing() -> None:
    for given in ({"unit": "u-2"}, {"from_on": LATER + 30 * DAY}):
        story = Story().opened()
        order(story, "o-a-1")
        contract(story, "a-1")
        trace(story, START_AT - 600 * MINUTE_US, **given)
        assert not tied(story).lit


def test_a_schedule_that_claims_to_be_older_than_the_order_ties() -> None:
    story = Story().opened()
    order(story, "o-a-1")
    contract(story, "a-1")
    published_at = local_instant(START_ON, 600)
    at = schedule(story, "a-1", LATER, planned_at=published_at - 1)
    schedule(story, "a-1", LATER, planned_at=published_at)
    assert [(tie.kind, tie.position) for tie in tied(story).ties] == [("schedule", at)]


def test_an_overlapping_contract_ties_and_earlier_work_is_only_listed() -> None:
    story = Story().opened()
    order(story, "o-a-0", START_ON)
    contract(story, "a-0", from_on=START_ON + DAY, until_on=LATER + DAY)
    inside = story.shift("c-1", "a-0", "t-1", START_ON + 10 * DAY)
    story.shift("c-1", "a-0", "t-0", START_ON + 9 * DAY)
    order(story, "o-a-1", START_ON + 40 * DAY)
    contract(story, "a-1")
    shown = tied(story, order="o-a-1")
    assert [(tie.kind, tie.position) for tie in shown.ties] == [("contract", 4), ("worked-before", inside)]
    assert shown.lit
    alone = Story().opened()
    order(alone, "o-a-0", START_ON)
    contract(alone, "a-0", from_on=START_ON + DAY, until_on=LATER)
    alone.shift("c-1", "a-0", "t-1", START_ON + 10 * DAY)
    order(alone, "o-a-1", START_ON + 40 * DAY)
    contract(alone, "a-1")
    assert (tied(alone, order="o-a-1").lit, len(tied(alone, order="o-a-1").ties)) == (False, 1)


def test_one_human_in_overlapping_orders_under_two_ids() -> None:
    for shared in (1, 2):
        story = Story().opened()
        order(story, "o-a-1")
        order(story, "o-a-2", unit="u-2")
        contract(story, "a-1")
        contract(story, "a-2", "c-2", from_on=LATER + (30 - shared) * DAY, until_on=LATER + 90 * DAY)
        story.tell(ConsultantsLinked, consultant="c-1", same_as="c-2")
        reading = asked(story, "shadow-booking", "c-1", LATER, agreement=AGREEMENT).reading
        assert reading.same_human == ("c-1", "c-2")
        assert reading.overlapping_lit == (shared == 2)
        assert bool(reading.overlapping_innocent) == reading.overlapping_lit


def test_an_offer_of_an_order_that_is_still_sealed_is_not_seen() -> None:
    for opened, lit in ((False, False), (True, True)):
        story = Story().opened()
        order(story, "o-a-1")
        contract(story, "a-1")
        order(story, "o-2")
        story.tell(
            OfferReceived, order="o-2", offer="f-2", consultant="c-1", supplier="s-1", position=1,
            from_on=LATER, until_on=LATER + 9 * DAY,
        )  # fmt: skip
        if opened:
            story.awarded("o-2", "f-3", ranked=("c-1", "c-9"))
        reading = asked(story, "shadow-booking", "c-1", LATER, agreement=AGREEMENT).reading
        assert reading.overlapping_lit == lit
        assert [one.second.how for one in reading.overlapping] == (["offered"] if lit else [])


def test_work_without_an_order_is_lit_from_an_hour_on() -> None:
    for minutes, lit in ((59, False), (60, True)):
        story = Story().opened()
        told = {"consultant": "c-1", "supplier": "s-1", "unit": "u-1", "on": START_ON}
        at = story.tell(UnorderedWorkReported, worked_minutes=minutes, **told)
        reading = asked(story, "shadow-booking", "c-1", LATER, agreement=AGREEMENT).reading
        assert (reading.unordered_minutes, reading.unordered_lit, reading.evidence) == (minutes, lit, (at,))
        of_supplier = asked(story, "supplier-staffing", "s-1", LATER, agreement=AGREEMENT).reading
        assert (of_supplier.unordered_lit, of_supplier.differing_ppm) == (lit, None)
        before = asked(story, "shadow-booking", "c-1", START_ON - DAY, agreement=AGREEMENT).reading
        assert (before.unordered, before.unordered_lit) == ((), False)


def supplier(assignments: int) -> Story:
    story = Story().opened()
    for n in range(assignments):
        contract(story, f"a-{n}")
    return story


def test_a_supplier_whose_consultants_are_often_others_is_shown_with_explanations() -> None:
    for assignments, lit in ((1, False), (2, True), (5, True), (6, False)):
        story = supplier(assignments)
        named = {"assignment": "a-0", "supplier": "s-1"}
        agreed = story.tell(SubstitutionAccepted, consultant="c-2", from_on=LATER, **named)
        other = story.tell(WorkedByAnother, consultant="c-3", on=LATER + DAY, **named)
        reading = asked(story, "supplier-staffing", "s-1", LATER + DAY, agreement=AGREEMENT).reading
        assert (reading.assignments, reading.differing, reading.not_agreed) == (assignments, 1, 1)
        assert reading.lit == lit
        assert reading.innocent
        assert {agreed, other} <= set(reading.evidence)


def test_nobody_known_has_no_indicator() -> None:
    with pytest.raises(UnknownKeyError):
        asked(Story().opened(), "shadow-booking", "c-1", agreement=AGREEMENT)
    with pytest.raises(UnknownKeyError):
        asked(Story().opened(), "supplier-staffing", "s-1", agreement=AGREEMENT)
    quiet = asked(supplier(3), "supplier-staffing", "s-1", agreement=AGREEMENT).reading
    assert (quiet.lit, quiet.differing_ppm, quiet.innocent) == (False, 0, ())
    elsewhere = asked(supplier(3), "supplier-staffing", "s-1", agreement=AGREEMENT, region="kalmar").reading
    assert elsewhere.assignments == 0
