"""Single shifts: approved, corrected and voided without a file."""

from dataclasses import replace
from datetime import date

from ledger.decisions.shifts import ApproveShifts, CorrectShift, VoidShift
from ledger.events.consultants import ConsultantsLinked
from ledger.events.shifts import ShiftVoided
from tests.decisions.background import MANDATE, POLICY, policy
from tests.facts.shifts import CONTRACT, approved, cancelled, contract, corrected, reported, voided
from tests.given import at, given

MARCH_3 = date(2025, 3, 3)
ATTESTER = replace(MANDATE, mandate="m-2", holder="attester-1", role="attester")
WHO = {"actor": "attester-1", "mandate": "m-2", "now": "2025-04-02T08:00:00+02:00"}
SHIFT = reported("1", MARCH_3)
KNOWN = (ATTESTER, CONTRACT, SHIFT)
APPROVE = ApproveShifts(assignment="a-1", shifts=(SHIFT.shift, SHIFT.shift))
VOID = VoidShift(assignment="a-1", shift=SHIFT.shift, reason="Reported on the wrong assignment")
CORRECT = CorrectShift(
    assignment="a-1",
    shift=SHIFT.shift,
    on=MARCH_3,
    start_minute=7 * 60,
    end_minute=16 * 60 + 15,
    break_minutes=60,
    reason="Stayed for the handover",
)


def test_a_shift_is_approved_as_it_stands_and_once():
    (event,) = given(*KNOWN).when(APPROVE, **WHO).then_events("shift-approved")
    assert (event.approves, event.approved_by, event.ordered_it_too) == (3, "attester-1", False)


def test_a_corrected_shift_is_approved_anew():
    history = (*KNOWN, approved(SHIFT, 3), corrected(SHIFT, 3, MARCH_3))
    (event,) = given(*history).when(APPROVE, **WHO).then_events("shift-approved")
    assert event.approves == 5


def test_what_cannot_be_approved():
    given(*KNOWN, approved(SHIFT, 3)).when(APPROVE, **WHO).then_refused("shift-approved", positions=(3, 4))
    given(*KNOWN, voided(SHIFT, 3)).when(APPROVE, **WHO).then_refused("shift-voided", positions=(4,))
    given(ATTESTER, CONTRACT).when(APPROVE, **WHO).then_refused("shift-unknown", field="shifts")
    given(ATTESTER).when(APPROVE, **WHO).then_refused("assignment-unknown")
    none = ApproveShifts(assignment="a-1", shifts=())
    given(*KNOWN).when(none, **WHO).then_refused("nothing-to-approve")


def test_who_cannot_approve():
    orderer = {**WHO, "actor": "orderer-1", "mandate": "m-1"}
    given(MANDATE, CONTRACT, SHIFT).when(APPROVE, **orderer).then_refused("mandate-role-wrong")
    elsewhere = replace(ATTESTER, units=("u-2",))
    given(elsewhere, CONTRACT, SHIFT).when(APPROVE, **WHO).then_refused("mandate-out-of-scope")


def test_a_shift_is_voided_approved_or_not():
    event = ShiftVoided(
        shift=SHIFT.shift,
        assignment="a-1",
        consultant="k-1",
        replaces=3,
        reason=VOID.reason,
        voided_by="attester-1",
        voided_at=at(WHO["now"]),
    )
    given(*KNOWN).when(VOID, **WHO).then(event)
    given(*KNOWN, approved(SHIFT, 3)).when(VOID, **WHO).then(event)
    owner = replace(ATTESTER, role="contract-owner", units=())
    given(owner, CONTRACT, SHIFT).when(VOID, **WHO).then(event)


def test_a_shift_is_voided_once_and_must_exist():
    given(*KNOWN, voided(SHIFT, 3)).when(VOID, **WHO).then_refused("shift-voided", positions=(4,))
    given(ATTESTER, CONTRACT).when(VOID, **WHO).then_refused("shift-unknown", field="shift")
    given(ATTESTER).when(VOID, **WHO).then_refused("assignment-unknown")
    given(CONTRACT, SHIFT).when(VOID, **{**WHO, "mandate": None}).then_refused("mandate-missing")


def test_a_shift_is_corrected_without_a_file_and_with_a_reason():
    (event,) = given(POLICY, *KNOWN, approved(SHIFT, 4)).when(CORRECT, **WHO).then_events("shift-corrected")
    assert (event.replaces, event.worked_minutes, event.article) == (4, 8 * 60 + 15, "ssk-1")
    assert (event.report, event.line, event.reason) == (None, None, "Stayed for the handover")


def test_a_correction_changes_something():
    same = replace(CORRECT, end_minute=16 * 60)
    given(POLICY, *KNOWN).when(same, **WHO).then_refused("shift-unchanged", positions=(4,))
    article = replace(same, article="ssk-2")
    given(POLICY, *KNOWN).when(article, **WHO).then_events("shift-corrected")


def test_corrected_times_must_be_possible():
    pause = replace(CORRECT, break_minutes=600)
    given(POLICY, *KNOWN).when(pause, **WHO).then_refused("shift-impossible", field="break_minutes")
    ahead = replace(CORRECT, on=date(2025, 4, 2))
    refusal = given(POLICY, *KNOWN).when(ahead, **WHO).then_refused("shift-impossible", field="on")
    assert refusal.assumed == ("shift.length-max-minutes",)
    skipped = replace(CORRECT, on=date(2025, 3, 30), start_minute=150, end_minute=195, break_minutes=0)
    given(POLICY, *KNOWN).when(skipped, **WHO).then_refused("shift-impossible", field="end_minute")


def test_a_corrected_date_must_lie_in_the_assignment():
    outside = replace(CORRECT, on=date(2025, 2, 28))
    given(POLICY, *KNOWN).when(outside, **WHO).then_refused("shift-impossible", field="on", positions=(3,))
    gone = (POLICY, *KNOWN, cancelled("region", MARCH_3))
    given(*gone).when(CORRECT, **WHO).then_refused("shift-impossible", positions=(3, 5))


def test_a_correction_must_not_overlap_another_shift_of_the_human():
    other = contract(assignment="a-2", consultant="k-2", order="o-2")
    evening = reported("1", MARCH_3, 16 * 60, 22 * 60, of=other)
    link = ConsultantsLinked(consultant="k-2", same_as="k-1", found_by="decision", basis="Same licence")
    history = (POLICY, *KNOWN, other, evening, link)
    given(*history).when(CORRECT, **WHO).then_refused("shift-overlaps", positions=(6,))
    given(*history, voided(evening, 6)).when(CORRECT, **WHO).then_events("shift-corrected")


def test_a_correction_needs_the_shift_a_mandate_and_a_policy():
    given(POLICY, ATTESTER, CONTRACT).when(CORRECT, **WHO).then_refused("shift-unknown")
    given(ATTESTER).when(CORRECT, **WHO).then_refused("assignment-unknown")
    given(POLICY, *KNOWN, voided(SHIFT, 4)).when(CORRECT, **WHO).then_refused("shift-voided")
    given(*KNOWN).when(CORRECT, **WHO).then_refused("policy-missing")
    without = policy(without=("shift.length-max-minutes",))
    given(without, *KNOWN).when(CORRECT, **WHO).then_refused("policy-term-missing")
