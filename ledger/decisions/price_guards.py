"""Guards of decisions about money: the prices of a contract, from the policy now in force."""

from datetime import date

from ledger.decisions.guards import latest_book
from ledger.decisions.refusals import PolicyTermMissing
from ledger.events.assignments import ContractConcluded
from ledger.facts.prices import PriceBasis, Pricing
from ledger.policy.model import Library, Resolved, Scope


def pricing_of(contract: ContractConcluded, basis: PriceBasis, library: Library) -> Pricing:
    """The prices of a contract by the newest version of the policy, whose rows carry dates of their own.

    A published row is never edited, so the newest version holds what every earlier one said of a date.
    Refuses an agreement without policy; asked for a term it has no value of, it refuses that too.
    """
    book = latest_book(library, contract.agreement)
    scope = Scope(region=contract.region, lot=contract.lot)

    def resolve(term: str, on: date) -> Resolved:
        try:
            return book.resolve(term, on, scope)
        except LookupError as error:
            raise PolicyTermMissing(str(error), "", (book.position,)) from error

    return Pricing.of_contract(contract, basis, resolve)
