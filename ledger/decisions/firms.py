"""Firms beside a supplier: what decisions about relied-upon capacity and subcontractors share."""

from dataclasses import dataclass
from typing import Protocol

from ledger.decisions.base import Asking, Context
from ledger.decisions.guards import (
    CENTRAL,
    mandate_of,
    require_mandate,
)
from ledger.decisions.supplier_status import SupplierNotAdmitted
from ledger.errors import Refusal
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.supplier_records import SupplierRecord, supplier_records
from ledger.policy.model import Library
from ledger.values import (
    LocalDate,
)

CLAUSE = "S4: by LOU a supplier may rely upon another firm's capacity; domain 5, topic 20"


class FirmPeriodWrong(Refusal):
    """A firm stands beside a supplier for a time that begins before it ends; an end has happened."""

    code = "firm-period-wrong"
    clause = CLAUSE
    title_sv = "Företagets tid stämmer inte"
    title_en = "Time of the firm does not fit"


@dataclass(frozen=True, slots=True)
class FirmFacts:
    """The mandate, the supplier's record and the policy."""

    mandate: Mandate
    record: SupplierRecord
    library: Library


class AboutFirm(Protocol):
    """A command about a firm beside a supplier of an agreement."""

    @property
    def agreement(self) -> str:
        """The agreement."""
        ...

    @property
    def supplier(self) -> str:
        """The supplier."""
        ...


def firm_facts(command: AboutFirm, context: Context) -> Asking[FirmFacts]:
    """Facts: the mandate, the supplier's record and the policy of the agreement."""
    mandate = yield from mandate_of(context)
    record = yield supplier_records(command.supplier)
    library = yield policies(command.agreement)
    return FirmFacts(mandate, record, library)


def require_admitted(command: AboutFirm, facts: FirmFacts, context: Context) -> None:
    """Refuse anybody but central management, and a supplier that was never admitted to the agreement."""
    require_mandate(facts.mandate, context, CENTRAL, (command.agreement, "", ""), context.received_at)
    if not any(fact.event.agreement == command.agreement for fact in facts.record.admissions):
        detail = f"{command.supplier} was never admitted to {command.agreement}"
        raise SupplierNotAdmitted(detail, "supplier")


def require_period(from_on: LocalDate, until_on: LocalDate | None) -> None:
    """Refuse a time that is empty."""
    if until_on is not None and until_on <= from_on:
        raise FirmPeriodWrong(f"from {from_on} until {until_on}", "until_on")
