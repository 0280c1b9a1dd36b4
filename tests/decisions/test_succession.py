"""Succession of legal persons, and what becomes of running assignments."""

from dataclasses import replace
from datetime import date

from ledger.decisions.running_assignments import DecideRunningAssignments
from ledger.decisions.succession import RecordEntitySuccession, RecordSupplierSuccession
from ledger.events.assignments import AssignmentCancelled, ContractConcluded
from ledger.events.parties import Entity
from ledger.events.succession import EntitySucceeded, SupplierSucceeded
from ledger.facts.parties import regions
from ledger.facts.succession import line_of, successors
from tests.decisions.background import AGREEMENT, MANDATE, REGION, REGION_ID, supplier
from tests.given import given
from tests.histories import made

CENTRAL = replace(MANDATE, role="central-contract-management", region=None, units=())
OWNER = replace(MANDATE, role="contract-owner", units=())
RECORD = RecordSupplierSuccession(
    agreement=AGREEMENT,
    former="s-1",
    successor="s-2",
    from_on=date(2025, 1, 1),
    cause="merger",
    source="Bolagsverket",
    registry_number="RS/60/2025",
)
BOTH = (CENTRAL, supplier("s-1"), supplier("s-2"))


def succeeded(former, successor, from_on=date(2025, 1, 1)):
    return SupplierSucceeded(
        former=former,
        successor=successor,
        from_on=from_on,
        cause="merger",
        source="Bolagsverket",
        registry_number="RS/60/2025",
    )


def test_a_supplier_is_succeeded_by_another():
    given(*BOTH).when(RECORD).then(succeeded("s-1", "s-2"))


def test_a_succession_is_recorded_once_when_it_has_happened():
    given(*BOTH, succeeded("s-1", "s-2")).when(RECORD).then_refused("succession-recorded", positions=(4,))
    ahead = replace(RECORD, from_on=date(2025, 3, 4))
    given(*BOTH).when(ahead).then_refused("succession-ahead", field="from_on")
    given(*BOTH[:2]).when(RECORD).then_refused("supplier-unknown", field="successor")
    given(CENTRAL, supplier("s-2")).when(RECORD).then_refused("supplier-unknown", field="former")


def test_nobody_succeeds_one_that_it_came_before():
    given(*BOTH[:2]).when(replace(RECORD, successor="s-1")).then_refused("succession-circular")
    given(*BOTH, succeeded("s-2", "s-1")).when(RECORD).then_refused("succession-circular", positions=(4,))
    line = (succeeded("s-2", "s-3"), succeeded("s-3", "s-1"))
    given(*BOTH, *line).when(RECORD).then_refused("succession-circular", field="successor")


def told(*events):
    """What the line of a supplier is, from these successions, on a date."""

    def line(of, on):
        asked = line_of(of, on)
        folds = next(asked)
        while True:
            answer = {name: successors(name).over(_with(name, events)) for name in folds}
            try:
                folds = asked.send(answer)
            except StopIteration as done:
                return done.value

    return line


def _with(name, events):
    return [(n, e) for n, e in enumerate(events, 1) if name in (e.former, e.successor)]


def test_the_line_of_a_supplier_goes_back_over_all_it_succeeded():
    line = told(succeeded("s-1", "s-2"), succeeded("s-2", "s-3", date(2025, 6, 1)))
    assert set(line("s-3", date(2025, 6, 1))) == {"s-1", "s-2", "s-3"}
    assert set(line("s-3", date(2025, 5, 31))) == {"s-3"}
    assert line("s-2", date(2025, 6, 1))["s-2"].successors("s-2", date(2025, 6, 1)) == ("s-3",)
    assert line("s-2", date(2025, 6, 1))["s-2"].predecessors("s-2", date(2025, 6, 1)) == ("s-1",)


COMPANY = Entity(authority="jh-ab", name="Bolaget AB", level="company", organisation_number="556575-6169")
BOARD = Entity(authority="jh-hsn", name="Nämnden", level="authority", organisation_number="232100-0214")
WIDE = replace(REGION, entities=(*REGION.entities, BOARD, COMPANY))
ENTITY = RecordEntitySuccession(
    agreement=AGREEMENT,
    region=REGION_ID,
    former="jh-ab",
    successor="jh-rs",
    from_on=date(2025, 1, 1),
    cause="transfer",
    source="Fullmäktige § 12",
    registry_number="RS/61/2025",
)
TAKEN_OVER = EntitySucceeded(
    region=REGION_ID,
    former="jh-ab",
    successor="jh-rs",
    from_on=date(2025, 1, 1),
    cause="transfer",
    source="Fullmäktige § 12",
    registry_number="RS/61/2025",
)


def test_a_legal_person_of_a_region_is_succeeded_by_another():
    given(OWNER, WIDE).when(ENTITY).then(TAKEN_OVER)
    given(OWNER, WIDE, TAKEN_OVER).when(ENTITY).then_refused("succession-recorded", positions=(3,))
    back = replace(ENTITY, former="jh-rs", successor="jh-ab")
    given(OWNER, WIDE, TAKEN_OVER).when(back).then_refused("succession-circular")
    given(OWNER, REGION).when(ENTITY).then_refused("authority-unknown", field="former")
    given(OWNER).when(ENTITY).then_refused("region-unknown")


def test_legal_person_authority_and_contracting_party_are_kept_apart():
    """Two authorities share one organisation number and are one legal person; the company is another."""
    region = regions(REGION_ID).over([(1, WIDE), (2, TAKEN_OVER)])
    assert region.contracting_party("jh-hsn").authority == "jh-rs"
    assert region.contracting_party("jh-ab").authority == "jh-ab"
    assert region.contracting_party("other") is None
    assert region.legal_person("jh-hsn") == region.legal_person("jh-rs") != region.legal_person("jh-ab")


def test_a_legal_person_is_also_what_it_has_succeeded():
    region = regions(REGION_ID).over([(1, WIDE), (2, TAKEN_OVER)])
    assert region.same_legal_person("jh-hsn", date(2024, 12, 31)) == {"jh-hsn", "jh-rs"}
    assert region.same_legal_person("jh-hsn", date(2025, 1, 1)) == {"jh-hsn", "jh-rs", "jh-ab"}
    assert region.same_legal_person("jh-ab", date(2025, 1, 1)) == {"jh-ab"}
    assert region.line("jh-rs") == {"jh-ab"}


CONTRACT = made(
    ContractConcluded,
    assignment="a-1",
    agreement=AGREEMENT,
    supplier="s-1",
    region=REGION_ID,
    from_on=date(2025, 1, 1),
    until_on=date(2025, 6, 30),
)
DECIDE = DecideRunningAssignments(
    agreement=AGREEMENT,
    supplier="s-1",
    region=REGION_ID,
    assignments=("a-1",),
    choice="worked-to-end",
    reasons="The estate keeps the consultants",
    registry_number="RS/41/2025",
)


def test_a_region_decides_about_its_running_assignments():
    (event,) = given(OWNER, CONTRACT).when(DECIDE).then_events("running-assignments-decided")
    assert (event.choice, event.successor, event.facts) == ("worked-to-end", None, (2,))


def test_what_does_not_run_there_is_not_decided_about():
    for wrong in (
        replace(CONTRACT, supplier="s-2"),
        replace(CONTRACT, region="gotland"),
        replace(CONTRACT, agreement="hyr-2028"),
        replace(CONTRACT, until_on=date(2025, 3, 3)),
    ):
        given(OWNER, wrong).when(DECIDE).then_refused("assignment-not-running", positions=(2,))
    gone = made(AssignmentCancelled, assignment="a-1")
    given(OWNER, CONTRACT, gone).when(DECIDE).then_refused("assignment-not-running", positions=(2, 3))
    given(OWNER).when(DECIDE).then_refused("assignment-not-running", positions=())
    given(OWNER).when(replace(DECIDE, assignments=())).then_refused("assignment-not-running")


def test_assignments_go_only_to_a_recorded_successor():
    goes = replace(DECIDE, choice="goes-to-successor", successor="s-2")
    given(OWNER, CONTRACT, succeeded("s-1", "s-2")).when(goes).then_events("running-assignments-decided")
    given(OWNER, CONTRACT).when(goes).then_refused("successor-unclear", field="successor")
    given(OWNER, CONTRACT, succeeded("s-2", "s-1")).when(goes).then_refused("successor-unclear")
    given(OWNER, CONTRACT).when(replace(goes, successor=None)).then_refused("successor-unclear")
    given(OWNER, CONTRACT).when(replace(DECIDE, successor="s-2")).then_refused("successor-unclear")
