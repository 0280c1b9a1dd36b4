"""Declared interests: somebody who acts for a region has an interest in a supplier, and somebody says so."""

from dataclasses import dataclass
from typing import Literal

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.errors import Refusal
from ledger.events.traces import InterestDeclared
from ledger.facts.interests import Interests, interests
from ledger.facts.parties import Supplier, suppliers
from ledger.values import ActorId, LocalDate, Remark, SupplierId

KINDS = Literal["employment", "ownership", "family", "other"]


class InterestPeriodWrong(Refusal):
    """The period is empty."""

    code = "interest-period-wrong"
    clause = "domain 2: without interest in the supplier"
    title_sv = "Intressets tid är inte möjlig"
    title_en = "Interest dates are impossible"


class InterestDeclaredAlready(Refusal):
    """An interest of that actor in that supplier is declared for that date."""

    code = "interest-declared"
    clause = "domain 2: without interest in the supplier"
    title_sv = "Intresset är redan anmält"
    title_en = "Interest declared already"


class InterestInNobody(Refusal):
    """The supplier was never registered."""

    code = "interest-supplier-unknown"
    clause = "domain 2: without interest in the supplier"
    title_sv = "Leverantören finns inte"
    title_en = "Supplier not found"


@command
class DeclareInterest:
    """Declare that an actor has an interest in a supplier, from a local date, to another or until further."""

    holder: ActorId
    supplier: SupplierId
    kind: KINDS
    from_on: LocalDate
    until_on: LocalDate | None = None
    description: Remark = ""


@dataclass(frozen=True, slots=True)
class DeclareFacts:
    """What the actor declared before, and the supplier."""

    earlier: Interests
    supplier: Supplier


def _facts(command: DeclareInterest, _context: Context) -> Asking[DeclareFacts]:
    earlier = yield interests(command.holder)
    supplier = yield suppliers(command.supplier)
    return DeclareFacts(earlier, supplier)


@decides(
    DeclareInterest,
    facts=_facts,
    example={
        "holder": "attester-1",
        "supplier": "s-exempel-ett",
        "kind": "employment",
        "from_on": "2025-01-01",
        "description": "Extra shifts for the supplier in another region",
    },
    raises=(InterestInNobody, InterestPeriodWrong, InterestDeclaredAlready),
)
def declare_interest(command: DeclareInterest, facts: DeclareFacts, context: Context) -> Ruling:
    """An interest is declared once for a date; it forbids nothing and is shown with every approval."""
    if facts.supplier.registered is None:
        raise InterestInNobody(f"no supplier {command.supplier} is registered", "supplier")
    if command.until_on is not None and command.until_on <= command.from_on:
        raise InterestPeriodWrong(f"it ends {command.until_on}", "until_on")
    if held := facts.earlier.held(command.supplier, command.from_on):
        raise InterestDeclaredAlready(f"declared for {command.from_on}", "from_on", held)
    event = InterestDeclared(
        actor=command.holder,
        supplier=command.supplier,
        kind=command.kind,
        from_on=command.from_on,
        until_on=command.until_on,
        declared_by=context.actor,
        declared_at=context.received_at,
        description=command.description,
    )
    return Ruling((event,))
