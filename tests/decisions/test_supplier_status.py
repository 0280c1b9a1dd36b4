"""A supplier's status: decided or recorded as a fact, and what it does to orders."""

from dataclasses import replace
from datetime import date

from hypothesis import given as drawn
from hypothesis import strategies as st

from ledger.decisions.recipients import Mailing
from ledger.decisions.supplier_status import RecordSupplierStatus
from ledger.events.supplier_status import SupplierStatusRecorded
from ledger.facts.recorded import Recorded
from ledger.facts.standing import Standing
from ledger.facts.supplier_status import governing
from tests.decisions.background import AGREEMENT, MANDATE, POLICY, PUBLISHED_AT, REGION_ID, admitted
from tests.given import given

CENTRAL = replace(MANDATE, role="central-contract-management", region=None, units=())
KNOWN = (POLICY, CENTRAL, admitted("s-1"))
INSOLVENT = RecordSupplierStatus(
    agreement=AGREEMENT,
    supplier="s-1",
    status="insolvent",
    from_on=date(2025, 2, 17),
    clause="24.1",
    source="K 100-25",
    reasons="Bankrupt",
    registry_number="RS/40/2025",
)
PAUSE = replace(
    INSOLVENT,
    status="paused",
    lot="nurses",
    region=REGION_ID,
    from_on=date(2025, 3, 3),
    until_on=date(2025, 9, 3),
    decided_on=date(2025, 3, 3),
    source="The supplier's own request",
)


def status(kind, from_on, until_on=None, **changes):
    """A recorded status of s-1."""
    made = SupplierStatusRecorded(
        agreement=AGREEMENT,
        supplier="s-1",
        lot=None,
        region=None,
        status=kind,
        from_on=from_on,
        until_on=until_on,
        decided_on=None,
        decided_by="oaf-1",
        clause="24.1",
        source="K 100-25",
        reasons="Bankrupt",
        registry_number="RS/40/2025",
        terms=(),
    )
    return replace(made, **changes)


def test_an_insolvency_is_a_fact_with_its_source():
    (event,) = given(*KNOWN).when(INSOLVENT).then_events("supplier-status-recorded")
    assert (event.status, event.decided_on, event.terms) == ("insolvent", None, ())


def test_an_insolvency_does_not_lie_ahead_and_is_not_decided():
    tomorrow = replace(INSOLVENT, from_on=date(2025, 3, 4))
    given(*KNOWN).when(tomorrow).then_refused("status-decision-unclear", field="from_on")
    today = replace(INSOLVENT, from_on=date(2025, 3, 3))
    given(*KNOWN).when(today).then_events("supplier-status-recorded")
    decided = replace(INSOLVENT, decided_on=date(2025, 2, 17))
    given(*KNOWN).when(decided).then_refused("status-decision-unclear", field="decided_on")


def test_a_pause_is_decided_before_it_applies_and_ends_within_the_policys_time():
    (event,) = given(*KNOWN).when(PAUSE).then_events("supplier-status-recorded")
    assert [term.term for term in event.terms] == ["status.pause-months-max"]
    longer = replace(PAUSE, until_on=date(2025, 9, 4))
    refusal = given(*KNOWN).when(longer).then_refused("status-period-wrong", positions=(1,))
    assert refusal.assumed == ("status.pause-months-max",)
    given(*KNOWN).when(replace(PAUSE, until_on=None)).then_refused("status-period-wrong")
    given(*KNOWN).when(replace(PAUSE, until_on=PAUSE.from_on)).then_refused("status-period-wrong")
    given(*KNOWN).when(replace(PAUSE, decided_on=None)).then_refused("status-decision-unclear")
    late = replace(PAUSE, decided_on=date(2025, 3, 4))
    given(*KNOWN).when(late).then_refused("decided-afterwards", field="decided_on")


def test_a_region_decides_for_itself_only():
    owner = replace(MANDATE, role="contract-owner", units=())
    given(POLICY, owner, admitted("s-1")).when(PAUSE).then_events("supplier-status-recorded")
    everywhere = replace(PAUSE, region=None)
    given(POLICY, owner, admitted("s-1")).when(everywhere).then_refused("mandate-out-of-scope")
    orderer = replace(MANDATE, units=())
    given(POLICY, orderer, admitted("s-1")).when(PAUSE).then_refused("mandate-role-wrong")


def test_only_an_admitted_supplier_has_a_status_there():
    given(*KNOWN[:2]).when(INSOLVENT).then_refused("supplier-not-admitted", field="supplier")
    given(*KNOWN).when(replace(PAUSE, lot="doctors")).then_refused("supplier-not-admitted")


def test_a_status_changes_something():
    again = given(*KNOWN, status("insolvent", date(2025, 2, 17))).when(INSOLVENT)
    again.then_refused("status-unchanged", positions=(4,))
    back = replace(INSOLVENT, status="admitted", decided_on=date(2025, 3, 1), from_on=date(2025, 3, 3))
    given(*KNOWN).when(back).then_refused("status-unchanged", positions=())
    excluded = status("excluded", date(2025, 1, 1), decided_on=date(2025, 1, 1))
    given(*KNOWN, excluded).when(back).then_events("supplier-status-recorded")


DAYS = st.dates(date(2025, 1, 1), date(2025, 1, 12))
KINDS = st.sampled_from(("admitted", "paused", "excluded", "insolvent"))


@drawn(st.lists(st.tuples(KINDS, DAYS, st.none() | DAYS, st.sampled_from((None, "nurses", "doctors")))), DAYS)
def test_the_governing_status_is_that_of_a_naive_reading(told, on):
    facts = [
        Recorded(n, status(kind, begins, ends, lot=lot)) for n, (kind, begins, ends, lot) in enumerate(told)
    ]
    found = None
    for fact in sorted(facts, key=lambda f: (f.event.from_on, f.position)):
        e = fact.event
        if e.lot != "doctors" and e.from_on <= on and not (e.until_on and e.until_on <= on):
            found = fact
    assert governing(facts, "nurses", REGION_ID, on) == found


def mailing(*closed):
    standings = {"s-1": Standing(), "s-2": Standing()}
    statuses = {fact.event.supplier: fact for fact in closed}
    return Mailing("o-1", (AGREEMENT, "nurses", REGION_ID), PUBLISHED_AT, (), standings, statuses)


def test_a_barred_supplier_is_left_out_with_clause_source_and_fact():
    sent = mailing(Recorded(7, status("insolvent", date(2025, 2, 17))))
    assert [note.supplier for note in sent.notified(sent.excluded())] == ["s-2"]
    (left_out,) = sent.excluded()
    assert (left_out.code, left_out.clause, left_out.facts) == ("supplier-insolvent", "24.1", (7,))
    assert "K 100-25" in left_out.detail


def test_no_status_is_decided_on_a_day_that_has_not_come():
    ahead = replace(PAUSE, decided_on=date(2025, 3, 4), from_on=date(2025, 3, 4))
    given(*KNOWN).when(ahead, now="2025-03-03T23:59:00+01:00").then_refused(
        "instant-ahead", field="decided_on"
    )
    given(*KNOWN).when(ahead, now="2025-03-04T00:00:00+01:00").then_events("supplier-status-recorded")
