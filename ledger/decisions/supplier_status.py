"""A supplier's status over time: paused or excluded by decision, insolvent or wound down as a sourced fact.

A status ends no assignment; what becomes of those that run is somebody's decision (running_assignments).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    OWNERS,
    assumed,
    latest_book,
    mandate_of,
    require_come,
    require_mandate,
    resolve_terms,
)
from ledger.decisions.refusals import DecidedAfterwards, InstantAhead, PolicyMissing, PolicyTermMissing
from ledger.errors import Refusal
from ledger.events.supplier_status import Status, SupplierStatusRecorded
from ledger.facts.admissions import Admissions, admissions
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.supplier_status import governing
from ledger.policy.model import Library, Resolved, Scope, used_terms
from ledger.values import (
    AgreementId,
    LocalDate,
    LotId,
    RegionId,
    RegistryNumber,
    SupplierId,
    Text,
    local_date,
    plus_months,
)

DECIDED = frozenset({"admitted", "paused", "excluded"})
PAUSE = "status.pause-months-max"
CLAUSE = "domain 5, topic 20: admission, status, insolvency, wind-down; S4: suppliers were wound down"


class SupplierNotAdmitted(Refusal):
    """The supplier was never admitted to the agreement there."""

    code = "supplier-not-admitted"
    clause = CLAUSE
    title_sv = "Leverantören är inte antagen"
    title_en = "Supplier not admitted"


class StatusUnchanged(Refusal):
    """The supplier has that status there already."""

    code = "status-unchanged"
    clause = CLAUSE
    title_sv = "Leverantören har redan den statusen"
    title_en = "Supplier has that status already"


class StatusPeriodWrong(Refusal):
    """A pause ends, within the policy's time; no status ends before it begins."""

    code = "status-period-wrong"
    clause = CLAUSE
    title_sv = "Statusens tid stämmer inte"
    title_en = "Time of the status does not fit"


class StatusDecisionUnclear(Refusal):
    """Pause, exclusion and return are decided, no later than they apply; insolvency and wind-down happen.

    What has not happened yet is no fact.
    """

    code = "status-decision-unclear"
    clause = CLAUSE
    title_sv = "Oklart vem som beslutat om statusen"
    title_en = "Unclear what the status rests on"


@command
class RecordSupplierStatus:
    """Record a supplier's status from a date on, for a lot and region or, without them, for all."""

    agreement: AgreementId
    supplier: SupplierId
    lot: LotId | None = None
    region: RegionId | None = None
    status: Status
    from_on: LocalDate
    until_on: LocalDate | None = None
    decided_on: LocalDate | None = None
    clause: Text
    source: Text
    reasons: Text
    registry_number: RegistryNumber


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """The mandate, the agreement's admissions and statuses, and the policy."""

    mandate: Mandate
    admissions: Admissions
    library: Library


def _facts(command: RecordSupplierStatus, context: Context) -> Asking[StatusFacts]:
    mandate = yield from mandate_of(context)
    admitted = yield admissions(command.agreement)
    library = yield policies(command.agreement)
    return StatusFacts(mandate, admitted, library)


@decides(
    RecordSupplierStatus,
    facts=_facts,
    example={
        "agreement": "hyr-2024",
        "supplier": "s-exempel-ett",
        "status": "insolvent",
        "from_on": "2025-02-17",
        "clause": "24.1",
        "source": "Post- och Inrikes Tidningar, bankruptcy declared by the district court, K 100-25",
        "reasons": "The company was declared bankrupt",
        "registry_number": "RS/40/2025",
    },
    raises=(
        *MANDATE_REFUSALS,
        SupplierNotAdmitted,
        StatusDecisionUnclear,
        DecidedAfterwards,
        InstantAhead,
        StatusUnchanged,
        StatusPeriodWrong,
        PolicyMissing,
        PolicyTermMissing,
    ),
)
def record_supplier_status(command: RecordSupplierStatus, facts: StatusFacts, context: Context) -> Ruling:
    """A decision by who may decide it, or a fact that has happened, about an admitted supplier."""
    place = (command.agreement, command.region or "", "")
    require_mandate(facts.mandate, context, OWNERS, place, context.received_at)
    _require_admitted(command, facts.admissions)
    _require_basis(command, context)
    _require_change(command, facts.admissions)
    book = latest_book(facts.library, command.agreement)
    terms = resolve_terms(book, (PAUSE,), context.decided_at, Scope(command.region, command.lot))
    used = _require_period(command, terms)
    event = SupplierStatusRecorded(
        agreement=command.agreement,
        supplier=command.supplier,
        lot=command.lot,
        region=command.region,
        status=command.status,
        from_on=command.from_on,
        until_on=command.until_on,
        decided_on=command.decided_on,
        decided_by=context.actor,
        clause=command.clause,
        source=command.source,
        reasons=command.reasons,
        registry_number=command.registry_number,
        terms=used_terms(used),
    )
    return Ruling((event,), None, used)


def _require_admitted(command: RecordSupplierStatus, known: Admissions) -> None:
    for (lot, region), facts in known.by_place.items():
        there = command.lot in (None, lot) and command.region in (None, region)
        if there and any(fact.event.supplier == command.supplier for fact in facts):
            return
    detail = f"{command.supplier} was never admitted to {command.lot or 'any lot'} there"
    raise SupplierNotAdmitted(detail, "supplier")


def _require_basis(command: RecordSupplierStatus, context: Context) -> None:
    if (command.status in DECIDED) != (command.decided_on is not None):
        detail = f"{command.status} with decision date {command.decided_on}"
        raise StatusDecisionUnclear(detail, "decided_on")
    if command.decided_on is not None and command.decided_on > command.from_on:
        raise DecidedAfterwards(f"decided {command.decided_on}, in force {command.from_on}", "decided_on")
    if command.decided_on is not None:
        require_come(command.decided_on, context, "decided_on")
    if command.status not in DECIDED and command.from_on > local_date(context.received_at):
        raise StatusDecisionUnclear(f"{command.status} lies ahead, on {command.from_on}", "from_on")


def _require_change(command: RecordSupplierStatus, known: Admissions) -> None:
    statuses = known.statuses.get(command.supplier, ())
    now = governing(statuses, command.lot, command.region, command.from_on)
    if command.status == (now.event.status if now else "admitted"):
        facts = (now.position,) if now else ()
        raise StatusUnchanged(f"{command.supplier} is {command.status} on {command.from_on}", "status", facts)


def _require_period(command: RecordSupplierStatus, terms: Mapping[str, Resolved]) -> tuple[Resolved, ...]:
    """The terms that bounded it. Refuses a time that is empty, and a pause that has no end or is too long."""
    if command.until_on is not None and command.until_on <= command.from_on:
        raise StatusPeriodWrong(f"from {command.from_on} until {command.until_on}", "until_on")
    if command.status != "paused":
        return ()
    latest = plus_months(command.from_on, terms[PAUSE].number)
    if command.until_on is None or command.until_on > latest:
        detail = f"a pause from {command.from_on} ends by {latest}"
        raise StatusPeriodWrong(detail, "until_on", (terms[PAUSE].position,), assumed(terms[PAUSE]))
    return (terms[PAUSE],)
