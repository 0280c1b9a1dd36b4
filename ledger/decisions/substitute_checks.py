"""The substitute's suitability: what keeps an offer out of a ranking keeps a substitute out too."""

from dataclasses import dataclass, field

from ledger.decisions.base import Asking
from ledger.decisions.guards import pinned_terms
from ledger.decisions.refusals import PolicyTermMissing
from ledger.decisions.suitability import excluding
from ledger.errors import Refusal
from ledger.events.assignments import ContractConcluded
from ledger.events.checks import Check
from ledger.events.substitutions import SubstitutionProposed
from ledger.facts.hires import Hire, Person
from ledger.facts.orders import OrderHeld, orders
from ledger.facts.parties import Region, regions
from ledger.facts.persons import person
from ledger.facts.policies import policies
from ledger.facts.suitability import TERMS, SuitabilityTerms, checks
from ledger.policy.model import Library
from ledger.values import local_date


class SubstituteUnsuitable(Refusal):
    """The substitute fails a requirement that would have kept an offer out: karens, competence, licence."""

    code = "substitute-unsuitable"
    clause = "S3: requirements on the consultant; S4: the consultant agreed is the one who works"
    title_sv = "Ersättaren uppfyller inte kraven på konsulten"
    title_en = "Substitute does not meet the requirements"


@dataclass(frozen=True, slots=True)
class SubstituteFacts:
    """The order behind the assignment, its policies and region, and the human proposed."""

    order: OrderHeld = field(default_factory=OrderHeld)
    library: Library = field(default_factory=Library)
    region: Region = field(default_factory=Region)
    person: Person = field(default_factory=lambda: Person((), ()))


def substitute_facts(contract: ContractConcluded, consultant: str) -> Asking[SubstituteFacts]:
    """Facts (``yield from``): what a proposed substitute is tested on."""
    order: OrderHeld = yield orders(contract.order)
    library: Library = yield policies(contract.agreement)
    region: Region = yield regions(contract.region)
    human = yield from person(consultant)
    return SubstituteFacts(order, library, region, human)


def tested(
    contract: ContractConcluded, proposed: SubstitutionProposed, facts: SubstituteFacts
) -> tuple[Check, ...]:
    """The checks of a substitute by the policy the order pinned; none for an order from before the ledger.

    The dates are those of the order's publication, of the proposal and of the substitute's first date.
    """
    if facts.order.published is None:
        return ()
    order = facts.order.published.event
    hire = Hire(
        profession=order.profession,
        authority=order.authority,
        operating_unit=contract.operating_unit,
        dates={
            "publication": local_date(order.published_at),
            "offer": local_date(proposed.proposed_at),
            "start": proposed.from_on,
        },
        from_on=proposed.from_on,
        until_on=contract.until_on,
    )
    try:
        rules = SuitabilityTerms.of(pinned_terms(facts.library, order, TERMS))
        return checks(hire, facts.person, facts.region, rules)
    except LookupError as error:
        raise PolicyTermMissing(str(error), "assignment") from error


def require_suitable(found: tuple[Check, ...]) -> None:
    """Refuse a substitute whom a requirement excludes."""
    failed = excluding(found)
    if failed is not None:
        raise SubstituteUnsuitable(f"{failed.code}: {failed.detail}", "assignment", failed.facts)
