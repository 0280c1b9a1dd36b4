"""Relied-upon capacity, subcontractors, turnover."""

from dataclasses import replace
from datetime import date

from ledger.decisions.capacity import EndCapacity, RelyOnCapacity
from ledger.decisions.subcontractors import RegisterSubcontractor
from ledger.decisions.turnover import ReportTurnover
from ledger.events.supplier_status import CapacityEnded, CapacityReliedUpon
from ledger.facts.supplier_records import supplier_records
from tests.decisions.background import AGREEMENT, MANDATE, POLICY, admitted, policy, row
from tests.given import given

CENTRAL = replace(MANDATE, role="central-contract-management", region=None, units=())
KNOWN = (POLICY, CENTRAL, admitted("s-1"))
RELY = RelyOnCapacity(
    agreement=AGREEMENT,
    supplier="s-1",
    capacity="turnover-2024",
    firm="Exempelkoncernen AB",
    organisation_number="559999-0101",
    purpose="turnover",
    from_on=date(2024, 4, 1),
    until_on=date(2025, 1, 1),
    evidence="The firm's undertaking",
    registry_number="RS/70/2024",
)
RELIED = CapacityReliedUpon(
    agreement=AGREEMENT,
    supplier="s-1",
    capacity="turnover-2024",
    firm="Exempelkoncernen AB",
    organisation_number="559999-0101",
    firm_supplier=None,
    purpose="turnover",
    from_on=date(2024, 4, 1),
    until_on=date(2025, 1, 1),
    evidence="The firm's undertaking",
    registry_number="RS/70/2024",
)
END = EndCapacity(
    agreement=AGREEMENT,
    supplier="s-1",
    capacity="turnover-2024",
    from_on=date(2024, 12, 31),
    cause="firm-insolvent",
    source="K 100-24",
)
ENDED = CapacityEnded(
    agreement=AGREEMENT,
    supplier="s-1",
    capacity="turnover-2024",
    from_on=date(2024, 12, 31),
    cause="firm-insolvent",
    source="K 100-24",
)


def test_capacity_is_relied_upon_for_a_requirement_and_a_time():
    given(*KNOWN).when(RELY).then(RELIED)


def test_capacity_is_relied_upon_once_for_what_the_policy_knows():
    given(*KNOWN, RELIED).when(RELY).then_refused("capacity-recorded", positions=(4,))
    refusal = given(*KNOWN).when(replace(RELY, purpose="reputation")).then_refused("capacity-purpose-unknown")
    assert refusal.assumed == ("capacity.purposes",)
    given(*KNOWN).when(replace(RELY, until_on=RELY.from_on)).then_refused("firm-period-wrong")
    sole = replace(RELY, organisation_number="121212-1212")
    given(*KNOWN).when(sole).then_refused("organisation-number-personal")
    given(*KNOWN[:2]).when(RELY).then_refused("supplier-not-admitted")
    elsewhere = replace(admitted("s-1"), agreement="hyr-2028")
    given(*KNOWN[:2], elsewhere).when(RELY).then_refused("supplier-not-admitted")


def test_capacity_ends_once_with_its_cause():
    given(*KNOWN, RELIED).when(END).then(ENDED)
    given(*KNOWN, RELIED, ENDED).when(END).then_refused("capacity-recorded", positions=(4, 5))
    given(*KNOWN).when(END).then_refused("capacity-unknown", field="capacity")
    ahead = replace(END, from_on=date(2025, 3, 4))
    given(*KNOWN, RELIED).when(ahead).then_refused("firm-period-wrong", field="from_on")
    before = replace(END, from_on=date(2024, 3, 31))
    given(*KNOWN, RELIED).when(before).then_refused("firm-period-wrong")


def test_capacity_is_there_until_it_runs_out_or_ends():
    record = supplier_records("s-1").over(enumerate((RELIED, ENDED), 1))
    assert record.capacity(AGREEMENT, "turnover", date(2024, 12, 30))
    assert not record.capacity(AGREEMENT, "turnover", date(2024, 12, 31))
    assert not record.capacity(AGREEMENT, "staff", date(2024, 12, 30))
    assert not record.capacity("hyr-2028", "turnover", date(2024, 12, 30))
    promised = supplier_records("s-1").over([(1, RELIED)])
    assert promised.capacity(AGREEMENT, "turnover", date(2024, 12, 31))
    assert not promised.capacity(AGREEMENT, "turnover", date(2025, 1, 1))


def test_a_subcontractor_is_registered_for_a_time_but_no_sole_trader():
    command = RegisterSubcontractor(
        agreement=AGREEMENT,
        supplier="s-1",
        kind="sub-consultant",
        firm="Exempelvikarier AB",
        organisation_number="559999-0102",
        from_on=date(2024, 4, 1),
        registry_number="RS/71/2024",
    )
    given(*KNOWN[1:]).when(command, loose=True).then_events("subcontractor-registered")
    sole = replace(command, organisation_number="121212-1212")
    given(*KNOWN).when(sole).then_refused("organisation-number-personal")
    given(*KNOWN).when(replace(command, until_on=date(2024, 4, 1))).then_refused("firm-period-wrong")


REPORT = ReportTurnover(
    agreement=AGREEMENT,
    supplier="s-1",
    from_on=date(2024, 1, 1),
    until_on=date(2025, 1, 1),
    own_ore=500_000_000,
    evidence="Auditor's certificate",
    source="Annual accounts 2024",
)


def reported(history, command):
    (event,) = given(*history).when(command).then_events("turnover-reported")
    return event


def test_turnover_at_the_requirement_meets_it_and_an_ore_less_does_not():
    event = reported(KNOWN, REPORT)
    assert (event.met, event.required_ore, event.facts) == (True, 500_000_000, ())
    assert [term.source for term in event.terms] == ["assumption", "assumption"]
    assert not reported(KNOWN, replace(REPORT, own_ore=499_999_999)).met


def test_another_firms_turnover_counts_while_its_capacity_is_there():
    shared = replace(REPORT, own_ore=1, relied_ore=499_999_999)
    event = reported((*KNOWN, RELIED), shared)
    assert (event.met, event.facts) == (True, (4,))
    given(*KNOWN).when(shared).then_refused("turnover-not-relied-upon", field="relied_ore", positions=())
    refused = given(*KNOWN, RELIED, ENDED).when(shared)
    refused.then_refused("turnover-not-relied-upon", positions=(4, 5))


def test_turnover_is_that_of_a_whole_period_that_is_over():
    short = replace(REPORT, until_on=date(2024, 12, 31))
    refusal = given(*KNOWN).when(short).then_refused("turnover-period-wrong", field="until_on")
    assert refusal.assumed == ("turnover.months",)
    given(*KNOWN).when(REPORT, now="2024-12-31T23:59:59+01:00").then_refused("turnover-period-wrong")
    given(*KNOWN).when(REPORT, now="2025-01-01T00:00:00+01:00").then_events("turnover-reported")
    half = policy(row("turnover.months", 6))
    given(half, *KNOWN[1:]).when(replace(REPORT, until_on=date(2024, 7, 1))).then_events("turnover-reported")


def test_turnover_is_reported_once_for_a_period():
    given(*KNOWN, reported(KNOWN, REPORT)).when(REPORT).then_refused("turnover-reported", positions=(4,))
