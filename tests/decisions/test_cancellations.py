"""Cancellations: cause, notice time, what is indicated, and what somebody decides."""

from dataclasses import replace
from datetime import date

from ledger.decisions.base import Origin
from ledger.decisions.cancellation_consequences import DecideCancellationConsequence
from ledger.decisions.cancellations import CancelAssignment
from tests.decisions.background import MANDATE, ORDER, POLICY, REGION_ID, policy, row
from tests.facts.schedules import scheduled
from tests.facts.shifts import CONCLUDED_AT, CONTRACT, cancelled, reported, substituted, voided
from tests.given import at, given

LATER = "2025-03-06T10:00:00+01:00"
SUPPLIER = replace(MANDATE, holder="seller-1", role="supplier", region=None, supplier="s-1", units=())
OWNER = replace(MANDATE, role="contract-owner", units=())

CANCEL = CancelAssignment(assignment="a-1", by="region", from_on=date(2025, 4, 1), cause="Ward closed")


def test_the_region_cancels_from_a_date_with_a_cause():
    (event,) = given(POLICY, MANDATE, CONTRACT).when(CANCEL, now=LATER).then_events("assignment-cancelled")
    assert (event.by, event.consultant, event.cancelled_at, event.from_on) == (
        "region", "k-1", at(LATER), date(2025, 4, 1),
    )  # fmt: skip
    assert (event.notice_days, event.late, event.consequence, event.also) == (26, False, "none", ())
    assert len(event.terms) == 4


def test_the_supplier_cancels_for_itself():
    command = replace(CANCEL, by="supplier")
    given(POLICY, SUPPLIER, CONTRACT).when(command, now=LATER, actor="seller-1").then_events(
        "assignment-cancelled"
    )


def test_neither_side_cancels_for_the_other():
    by_supplier = replace(CANCEL, by="supplier")
    given(POLICY, MANDATE, CONTRACT).when(by_supplier, now=LATER).then_refused("mandate-role-wrong")
    given(POLICY, SUPPLIER, CONTRACT).when(CANCEL, now=LATER, actor="seller-1").then_refused(
        "mandate-role-wrong"
    )
    other = replace(SUPPLIER, supplier="s-2")
    given(other, CONTRACT).when(by_supplier, now=LATER, actor="seller-1").then_refused("cancels-for-other")


def test_an_unknown_assignment_is_not_cancelled():
    given(MANDATE).when(CANCEL, now=LATER).then_refused("assignment-unknown")


def test_an_assignment_is_cancelled_once():
    history = (POLICY, MANDATE, CONTRACT, cancelled("region", date(2025, 5, 1)))
    given(*history).when(CANCEL, now=LATER).then_refused("assignment-cancelled", positions=(4,))


def test_an_assignment_that_has_run_out_is_not_cancelled():
    late = replace(CANCEL, from_on=date(2025, 7, 1))
    given(POLICY, MANDATE, CONTRACT).when(late, now=LATER).then_refused("cancelled-after-end", positions=(3,))
    last_day = replace(CANCEL, from_on=date(2025, 6, 30))
    given(POLICY, MANDATE, CONTRACT).when(last_day, now=LATER).then_events("assignment-cancelled")


def test_a_date_that_was_worked_is_not_cancelled_unless_the_shift_was_voided():
    shift = reported("1", date(2025, 4, 1))
    history = (POLICY, MANDATE, CONTRACT, shift)
    given(*history).when(CANCEL, now=LATER).then_refused("worked-after-cancellation", positions=(4,))
    given(*history, voided(shift, 4)).when(CANCEL, now=LATER).then_events("assignment-cancelled")


def told(day: int, **changes: object) -> CancelAssignment:
    """A cancellation told on a day of March 2025, from 1 April on."""
    return replace(
        CANCEL,
        cancelled_at=at(f"2025-03-{day}T22:59:00Z") if day < 30 else at(f"2025-03-{day}T21:59:00Z"),
        **changes,
    )


MARCH_31 = {"now": "2025-03-31T23:59:30+02:00"}


def test_fourteen_days_notice_is_in_time_and_thirteen_are_late():
    history = given(POLICY, MANDATE, CONTRACT)
    (in_time,) = history.when(CANCEL, now="2025-03-18T23:59:00+01:00").then_events("assignment-cancelled")
    (late,) = history.when(CANCEL, now="2025-03-19T00:00:00+01:00").then_events("assignment-cancelled")
    assert (in_time.notice_days, in_time.late, in_time.consequence) == (14, False, "none")
    assert (late.notice_days, late.late, late.consequence) == (13, True, "pay-planned-shifts")


def test_a_late_supplier_indicates_a_deviation_unless_the_cause_excuses_it():
    history, who = given(POLICY, SUPPLIER, CONTRACT), {**MARCH_31, "actor": "seller-1"}
    (late,) = history.when(told(31, by="supplier"), **who).then_events("assignment-cancelled")
    assert (late.notice_days, late.consequence) == (1, "deviation")
    excused = told(31, by="supplier", cause_kind="force-majeure")
    (event,) = history.when(excused, **who).then_events("assignment-cancelled")
    assert (event.late, event.consequence) == (False, "none")


def test_nobody_s_own_word_makes_its_notice_longer():
    history, who = given(POLICY, SUPPLIER, CONTRACT), {**MARCH_31, "actor": "seller-1"}
    claimed = told(10, by="supplier")
    (event,) = history.when(claimed, **who).then_events("assignment-cancelled")
    assert (event.cancelled_at, event.notice_days) == (claimed.cancelled_at, 1)
    assert (event.late, event.consequence) == (True, "deviation")
    source = Origin("bemlo", "imported", time=at("2025-03-10T09:00:00+01:00"))
    imported = history.when(replace(CANCEL, by="supplier"), origin=source, **who)
    assert imported.then_events("assignment-cancelled")[0].notice_days == 22


def test_what_was_not_concluded_is_not_cancelled():
    early = replace(CANCEL, cancelled_at=CONCLUDED_AT - 1)
    given(POLICY, MANDATE, CONTRACT).when(early, **MARCH_31).then_refused(
        "cancelled-before-contract", field="cancelled_at", positions=(3,)
    )
    source = Origin("bemlo", "imported", time=CONCLUDED_AT - 1)
    given(POLICY, MANDATE, CONTRACT).when(CANCEL, origin=source, **MARCH_31).then_refused(
        "cancelled-before-contract"
    )


def test_what_follows_is_by_the_policy_that_the_order_pinned():
    own = replace(
        row("cancellation.notice-days-min", 0), level="region", scope=REGION_ID, permitted_by="UNKNOWN"
    )
    lenient = replace(policy(own), version=2)
    order = replace(ORDER, order=CONTRACT.order)
    history = given(POLICY, MANDATE, CONTRACT, order, lenient)
    (event,) = history.when(told(31), **MARCH_31).then_events("assignment-cancelled")
    assert (event.late, event.consequence) == (True, "pay-planned-shifts")


def test_what_is_said_after_the_first_day_has_no_notice_time():
    after = replace(CANCEL, from_on=date(2025, 3, 20))
    (event,) = given(POLICY, MANDATE, CONTRACT).when(after, **MARCH_31).then_events("assignment-cancelled")
    assert (event.notice_days, event.late) == (0, True)


def test_shifts_planned_within_the_notice_time_are_counted():
    days = (date(2025, 4, 1), date(2025, 4, 13), date(2025, 4, 14))
    history = given(POLICY, MANDATE, CONTRACT, scheduled(*days))
    (event,) = history.when(told(31), **MARCH_31).then_events("assignment-cancelled")
    assert event.planned_shifts_lost == 2


def test_a_cause_the_policy_does_not_know_is_refused():
    refusal = (
        given(POLICY, MANDATE, CONTRACT)
        .when(replace(CANCEL, cause_kind="weather"), now=LATER)
        .then_refused("cancellation-cause-unknown", field="cause_kind", positions=(1,))
    )
    assert refusal.assumed == ("cancellation.causes",)
    known = policy(row("cancellation.causes", ("weather",)))
    history = given(known, MANDATE, CONTRACT)
    history.when(replace(CANCEL, cause_kind="weather"), now=LATER).then_events("assignment-cancelled")


def test_a_cancellation_cuts_every_consultant_of_the_assignment_short():
    history = (POLICY, MANDATE, CONTRACT, *substituted("k-2", date(2025, 5, 1)))
    (event,) = given(*history).when(CANCEL, now=LATER).then_events("assignment-cancelled")
    assert (event.consultant, event.also) == ("k-1", ("k-2",))
    later = replace(CANCEL, from_on=date(2025, 5, 2))
    (event,) = given(*history).when(later, now=LATER).then_events("assignment-cancelled")
    assert (event.consultant, event.also) == ("k-2", ("k-1",))


DECIDE = DecideCancellationConsequence(assignment="a-1", consequence="none", reasons="Placed elsewhere")


def test_somebody_decides_what_follows_beside_what_was_indicated():
    gone = replace(cancelled("region", date(2025, 4, 1)), consequence="pay-planned-shifts")
    (event,) = (
        given(OWNER, CONTRACT, gone).when(DECIDE, now=LATER).then_events("cancellation-consequence-decided")
    )
    assert (event.indicated, event.consequence, event.cancellation) == ("pay-planned-shifts", "none", 3)


def test_nothing_follows_from_no_cancellation_or_twice():
    given(OWNER, CONTRACT).when(DECIDE, now=LATER).then_refused("assignment-not-cancelled", positions=(2,))
    gone = cancelled("region", date(2025, 4, 1))
    once = given(OWNER, CONTRACT, gone).when(DECIDE, now=LATER)
    (decided,) = once.then_events("cancellation-consequence-decided")
    given(OWNER, CONTRACT, gone, decided).when(DECIDE, now=LATER).then_refused("consequence-decided")
    given(MANDATE, CONTRACT, gone).when(DECIDE, now=LATER).then_refused("mandate-role-wrong")
