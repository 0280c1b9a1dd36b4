"""Recording that somebody was told of a published value: a row is never edited, so this stands beside it."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import MANDATE_REFUSALS, latest_book, mandate_of, require_mandate
from ledger.decisions.overlays import OverlayScopeWrong, require_own
from ledger.decisions.policies import CENTRAL
from ledger.decisions.refusals import InstantAhead, PolicyMissing
from ledger.errors import Refusal
from ledger.events.policy import Force, PolicyCommunicated, ScopeLevel
from ledger.facts.mandates import Mandate
from ledger.facts.parties import Region, regions
from ledger.facts.policies import policies
from ledger.policy.model import Book, Library
from ledger.policy.rows import key_of
from ledger.values import AgreementId, Code, LocalDate, OrganisationNumber, RegionId, Text, local_date


class PolicyValueUnknown(Refusal):
    """No such value was published: of this term, in this scope, from this date, with this force."""

    code = "policy-value-unknown"
    clause = "domain 5: every value has scope, dates, source and unit"
    title_sv = "Värdet är inte publicerat"
    title_en = "Value not published"


@command
class CommunicatePolicy:
    """Record when and to whom a published value was communicated: the nation's, or a region's own."""

    agreement: AgreementId
    region: RegionId | None = None
    legal_person: OrganisationNumber | None = None
    term: Code
    force: Force = "term"
    valid_from: LocalDate
    communicated_on: LocalDate
    communicated_to: Text
    how: Text


@dataclass(frozen=True, slots=True)
class CommunicateFacts:
    """The mandate, every version published, and the region where one is named."""

    mandate: Mandate
    library: Library
    region: Region


def _facts(command: CommunicatePolicy, context: Context) -> Asking[CommunicateFacts]:
    mandate = yield from mandate_of(context)
    library = yield policies(command.agreement)
    region = (yield regions(command.region)) if command.region else Region()
    return CommunicateFacts(mandate, library, region)


@decides(
    CommunicatePolicy,
    facts=_facts,
    example={
        "agreement": "hyr-2024",
        "region": "jamtland-harjedalen",
        "term": "confirmation.working-days",
        "valid_from": "2025-09-01",
        "communicated_on": "2025-08-22",
        "communicated_to": "suppliers",
        "how": "The region's status report",
    },
    raises=(*MANDATE_REFUSALS, PolicyMissing, OverlayScopeWrong, PolicyValueUnknown, InstantAhead),
)
def communicate_policy(command: CommunicatePolicy, facts: CommunicateFacts, context: Context) -> Ruling:
    """The contract owner tells of the region's own values, central management of the nation's."""
    roles = {"contract-owner"} if command.region else CENTRAL
    place = (command.agreement, command.region or "", "")
    require_mandate(facts.mandate, context, roles, place, context.received_at)
    book = latest_book(facts.library, command.agreement)
    require_own(command.legal_person, command.region or "", facts.region)
    if command.communicated_on > local_date(context.received_at):
        raise InstantAhead(f"{command.communicated_on} has not come", "communicated_on")
    told = _told(command)
    _require_published(told, book)
    return Ruling((told,))


def _told(command: CommunicatePolicy) -> PolicyCommunicated:
    level: ScopeLevel = "legal-person" if command.legal_person else "region" if command.region else "nation"
    return PolicyCommunicated(
        agreement=command.agreement,
        term=command.term,
        level=level,
        scope=command.legal_person or command.region or "",
        force=command.force,
        valid_from=command.valid_from,
        communicated_on=command.communicated_on,
        communicated_to=command.communicated_to,
        how=command.how,
    )


def _require_published(told: PolicyCommunicated, book: Book) -> None:
    if not any(key_of(row) == key_of(told) for row in book.published.rows):
        where = f"{told.level} {told.scope}".rstrip()
        detail = f"{told.term} has no {told.force} for {where} from {told.valid_from}"
        raise PolicyValueUnknown(detail, "valid_from", (book.position,))
