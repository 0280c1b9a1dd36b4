"""Guards of decisions about money: the prices of a contract, from the policy now in force."""

from datetime import date

from ledger.decisions.guards import latest_book
from ledger.decisions.refusals import PolicyTermMissing
from ledger.events.assignments import ContractConcluded
from ledger.facts.prices import PriceBasis, Pricing, Resolve
from ledger.policy.model import Library, Resolved, Scope


def resolver(library: Library, agreement: str, scope: Scope) -> Resolve:
    """Policy by term and date, from the newest version, whose rows carry dates of their own.

    A published row is never edited, so the newest version holds what every earlier one said of a date.
    Refuses an agreement without policy; asked for a term it has no value of, it refuses that too.
    """
    book = latest_book(library, agreement)

    def resolve(term: str, on: date) -> Resolved:
        try:
            return book.resolve(term, on, scope)
        except LookupError as error:
            raise PolicyTermMissing(str(error), "", (book.position,)) from error

    return resolve


def pricing_of(contract: ContractConcluded, basis: PriceBasis, library: Library) -> Pricing:
    """The prices of a contract by the policy now in force. Refuses as ``resolver`` does."""
    scope = Scope(region=contract.region, lot=contract.lot)
    return Pricing.of_contract(contract, basis, resolver(library, contract.agreement, scope))
