"""Substitution: proposed by the supplier, accepted or refused by the unit, and who is agreed when."""

from dataclasses import replace
from datetime import date

from ledger.decisions.base import Origin
from ledger.decisions.substitution_answers import AcceptSubstitution, RefuseSubstitution
from ledger.decisions.substitutions import ProposeSubstitution
from ledger.events.consultants import ConsultantsLinked
from ledger.facts.assignments import assignments
from ledger.facts.worked_time import worked_time
from tests.decisions.background import DOCUMENTS, MANDATE, POLICY, consultant, policy, row, seller
from tests.facts.shifts import CONCLUDED_AT, CONTRACT, cancelled, contract, proposed, reported, substituted
from tests.given import given

MAY_1 = date(2025, 5, 1)
SUBSTITUTE = consultant("k-2", "s-1")
NOW = {"now": "2025-04-20T10:00:00+02:00"}
KNOWN = (POLICY, seller("s-1"), CONTRACT, SUBSTITUTE)
PROPOSE = ProposeSubstitution(
    assignment="a-1", consultant="k-2", from_on=MAY_1, reason="unavailable", documents=DOCUMENTS
)


def test_a_supplier_proposes_one_of_its_consultants():
    (event,) = given(*KNOWN).when(PROPOSE, **NOW).then_events("substitution-proposed")
    assert (event.number, event.replaces, event.consultant, event.missing) == (1, "k-1", "k-2", ())


def test_a_second_proposal_replaces_the_substitute():
    history = (*KNOWN[:3], *substituted("k-3", date(2025, 4, 1))[:2], SUBSTITUTE)
    (event,) = given(*history).when(PROPOSE, **NOW).then_events("substitution-proposed")
    assert (event.number, event.replaces) == (2, "k-3")


def test_only_for_a_reason_and_as_often_as_the_policy_accepts():
    why = replace(PROPOSE, reason="better-paid-elsewhere")
    refusal = given(*KNOWN).when(why, **NOW).then_refused("substitution-reason-unknown", positions=(1,))
    assert refusal.assumed == ("substitution.reasons",)
    once = policy(row("substitution.count-max", 1))
    history = (once, *KNOWN[1:], *substituted("k-3", date(2025, 4, 1)))
    given(*history).when(PROPOSE, **NOW).then_refused("substitution-limit-reached", positions=(6, 1))


def test_only_with_the_documents_an_offer_needs():
    none = replace(PROPOSE, documents=())
    given(*KNOWN).when(none, **NOW).then_refused("substitution-incomplete", field="documents")


def test_only_a_consultant_of_the_same_supplier_and_another_human():
    given(*KNOWN[:3]).when(PROPOSE, **NOW).then_refused("consultant-not-of-supplier")
    other = (*KNOWN[:3], consultant("k-2", "s-2"))
    given(*other).when(PROPOSE, **NOW).then_refused("consultant-not-of-supplier", positions=(4,))
    link = ConsultantsLinked(consultant="k-2", same_as="k-1", found_by="decision", basis="Same licence")
    given(*KNOWN, link).when(PROPOSE, **NOW).then_refused("substitute-the-same", positions=(3,))


def test_only_within_what_is_left_of_the_assignment():
    early = replace(PROPOSE, from_on=date(2025, 2, 28))
    given(*KNOWN).when(early, **NOW).then_refused("substitution-date-wrong", positions=(3,))
    gone = cancelled("region", MAY_1)
    given(*KNOWN, gone).when(PROPOSE, **NOW).then_refused("substitution-date-wrong", positions=(3, 5))
    later = substituted("k-3", date(2025, 5, 2))
    given(*KNOWN, *later).when(PROPOSE, **NOW).then_refused("substitution-date-wrong", positions=(3, 6))


def test_one_proposal_waits_at_a_time_and_only_the_supplier_makes_it():
    waiting = proposed("k-3", MAY_1)
    given(*KNOWN, waiting).when(PROPOSE, **NOW).then_refused("substitution-waiting", positions=(5,))
    other = (POLICY, seller("s-2"), CONTRACT, SUBSTITUTE)
    given(*other).when(PROPOSE, **NOW).then_refused("acts-for-other")
    orderer = (POLICY, MANDATE, CONTRACT, SUBSTITUTE)
    given(*orderer).when(PROPOSE, **NOW).then_refused("mandate-role-wrong")
    given(POLICY, seller("s-1"), SUBSTITUTE).when(PROPOSE, **NOW, loose=True).then_refused(
        "assignment-unknown"
    )


ACCEPT, REFUSE = AcceptSubstitution(assignment="a-1"), RefuseSubstitution(assignment="a-1", reason="Unknown")
WAITING = (MANDATE, CONTRACT, proposed("k-2", MAY_1))


def test_the_unit_accepts_and_the_agreed_consultant_changes_from_that_date():
    events = given(*WAITING).when(ACCEPT, **NOW).then_events("substitution-accepted", "consultant-replaced")
    accepted, replaced = events
    assert (accepted.consultant, accepted.replaces, accepted.until_on) == ("k-2", "k-1", CONTRACT.until_on)
    assert (replaced.consultant, replaced.by, replaced.from_on) == ("k-1", "k-2", MAY_1)
    held = assignments("a-1").over(enumerate((CONTRACT, WAITING[2], accepted), 1))
    assert [held.agreed_on(day) for day in (date(2025, 4, 30), MAY_1)] == ["k-1", "k-2"]
    assert held.consultants() == ("k-1", "k-2")


def test_the_streak_goes_with_whoever_works():
    _, accepted, replaced = substituted("k-2", MAY_1)
    former = worked_time("k-1").over([(1, CONTRACT), (4, replaced)])
    later = worked_time("k-2").over([(3, accepted), (5, reported("1", MAY_1, consultant="k-2"))])
    assert former.assignments["a-1"].contract.ends_on == MAY_1
    assert later.assignments["a-1"].contract.from_on == MAY_1
    assert len(later.assignments["a-1"].shifts) == 1


def test_what_was_worked_is_not_handed_over():
    history = (*WAITING, reported("1", MAY_1))
    given(*history).when(ACCEPT, **NOW).then_refused("substitution-worked", positions=(4,))
    given(*WAITING, cancelled("region", MAY_1)).when(ACCEPT, **NOW).then_refused("substitution-date-wrong")


def test_the_unit_refuses_with_a_reason():
    (event,) = given(*WAITING).when(REFUSE, **NOW).then_events("substitution-refused")
    assert (event.number, event.reason) == (1, "Unknown")
    given(*WAITING, event).when(ACCEPT, **NOW).then_refused("substitution-not-proposed", positions=(3, 4))


def test_only_an_orderer_answers_and_only_a_proposal():
    given(MANDATE, CONTRACT).when(ACCEPT, **NOW).then_refused("substitution-not-proposed", positions=())
    given(MANDATE).when(REFUSE, **NOW).then_refused("assignment-unknown")
    mine = (seller("s-1"), contract(), WAITING[2])
    given(*mine).when(REFUSE, **NOW).then_refused("mandate-role-wrong")


def test_no_source_claims_a_proposal_from_before_the_contract():
    for time, code in ((CONCLUDED_AT - 1, "substitution-date-wrong"), (CONCLUDED_AT, None)):
        told = given(*KNOWN).when(PROPOSE, origin=Origin("bemlo", "imported", time=time), **NOW)
        assert (told.refusal and told.refusal.code) == code
