"""Guards of decisions about money: the prices of a contract, from the policy now in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.decisions.guards import latest_book
from ledger.decisions.refusals import PolicyTermMissing
from ledger.events.assignments import ContractConcluded
from ledger.facts.prices import PriceBasis, Pricing
from ledger.policy.model import Library, Resolved, Scope
from ledger.policy.within import Within


def resolver(library: Library, agreement: str, scope: Scope) -> Within:
    """Policy by term and date, from the newest version, whose rows carry dates of their own.

    A published row is never edited, so the newest version holds what every earlier one said of a date.
    Refuses an agreement without policy; asked for a term it has no value of, it refuses that too.
    """
    return _Required(latest_book(library, agreement), scope)


@dataclass(frozen=True, slots=True)
class _Required(Within):
    def __call__(self, term: str, on: date) -> Resolved:
        try:
            return self.book.resolve(term, on, self.scope)
        except LookupError as error:
            raise PolicyTermMissing(str(error), "", (self.book.position,)) from error

    def values(self, terms: Iterable[str], on: date) -> Mapping[str, Resolved]:
        try:
            return self.book.values(terms, on, self.scope)
        except LookupError as error:
            raise PolicyTermMissing(str(error), "", (self.book.position,)) from error


def pricing_of(contract: ContractConcluded, basis: PriceBasis, library: Library) -> Pricing:
    """The prices of a contract by the policy now in force. Refuses as ``resolver`` does."""
    scope = Scope(region=contract.region, lot=contract.lot)
    return Pricing.of_contract(contract, basis, resolver(library, contract.agreement, scope))
