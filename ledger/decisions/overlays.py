"""A region's own value of a term: published by its contract owner, beside the national one (domain 5)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    assumed,
    latest_book,
    mandate_of,
    require_mandate,
    resolve_terms,
)
from ledger.decisions.policies import PolicyRowEdited, PolicyRowsFlawed, next_rows
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing
from ledger.errors import Refusal
from ledger.events.policy import Force, PlainValue, PolicyPublished, PolicyRow
from ledger.facts.mandates import Mandate
from ledger.facts.parties import Region, regions
from ledger.facts.policies import policies
from ledger.facts.recorded import positions_of
from ledger.policy.model import Book, Library, Scope, book_digest
from ledger.policy.rows import NATIONAL_TERMS
from ledger.values import (
    AgreementId,
    Code,
    LocalDate,
    OrganisationNumber,
    RegionId,
    Remark,
    Text,
    local_date,
    local_instant,
)


class OverlayTermUnknown(Refusal):
    """The national book has no such term: a region has its own value of a term, never a term of its own."""

    code = "overlay-term-unknown"
    clause = "domain 5: an overlay departs from a national term"
    title_sv = "Villkoret finns inte nationellt"
    title_en = "No such national term"


class OverlayTermNational(Refusal):
    """The term is one for all regions, which prevails over whatever a region decides."""

    code = "overlay-term-national"
    clause = "S4: when counting starts and stops can be regulated centrally and apply to all regions"
    title_sv = "Villkoret är gemensamt för alla regioner"
    title_en = "The term is national"


class OverlayScopeWrong(Refusal):
    """The legal person is none of the region's."""

    code = "overlay-scope-wrong"
    clause = "domain 1: three different things hide in region"
    title_sv = "Den juridiska personen tillhör inte regionen"
    title_en = "Legal person not of the region"


class OverlayBackdated(Refusal):
    """A value cannot hold before it was decided, nor be decided or communicated in the future."""

    code = "overlay-backdated"
    clause = "domain 5: valid from, decided and communicated are dated"
    title_sv = "Datumen går inte ihop"
    title_en = "Dates do not fit together"


@command
class PublishOverlay:
    """Publish a region's own value of a term, for the region or for one of its legal persons.

    ``permitted_by`` is the clause that permits it, UNKNOWN where nobody has published one. ``force`` says
    whether it binds or is a recommendation, guidance or an interpretation. A table is pairs in order of text.
    """

    agreement: AgreementId
    region: RegionId
    legal_person: OrganisationNumber | None = None
    term: Code
    value: PlainValue
    valid_from: LocalDate
    valid_until: LocalDate | None = None
    force: Force = "term"
    permitted_by: Text
    source: Text
    assumed: Remark = ""
    decided_on: LocalDate
    decided_by: Text
    communicated_on: LocalDate | None = None
    communicated_to: Text = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class OverlayFacts:
    """The mandate, every version published before, and the region with its legal persons."""

    mandate: Mandate
    library: Library
    region: Region


def _facts(command: PublishOverlay, context: Context) -> Asking[OverlayFacts]:
    mandate = yield from mandate_of(context)
    library = yield policies(command.agreement)
    region = yield regions(command.region)
    return OverlayFacts(mandate, library, region)


@decides(
    PublishOverlay,
    facts=_facts,
    example={
        "agreement": "hyr-2024",
        "region": "jamtland-harjedalen",
        "term": "confirmation.working-days",
        "value": 3,
        "valid_from": "2025-09-01",
        "permitted_by": "UNKNOWN",
        "source": "RS/310/2025",
        "decided_on": "2025-08-20",
        "decided_by": "Regionstyrelsen",
        "communicated_on": "2025-08-22",
        "communicated_to": "suppliers",
    },
    raises=(
        *MANDATE_REFUSALS,
        PolicyMissing,
        PolicyTermMissing,
        OverlayTermUnknown,
        OverlayTermNational,
        OverlayScopeWrong,
        OverlayBackdated,
        PolicyRowEdited,
        PolicyRowsFlawed,
    ),
)
def publish_overlay(command: PublishOverlay, facts: OverlayFacts, context: Context) -> Ruling:
    """The region's contract owner departs from a national term that may be local, from its decision on."""
    place = (command.agreement, command.region, "")
    require_mandate(facts.mandate, context, {"contract-owner"}, place, context.received_at)
    book = latest_book(facts.library, command.agreement)
    require_own(command.legal_person, command.region, facts.region)
    row = _row(command, _national(command, book))
    _require_local(command, book)
    _require_dates(command, context)
    rows = next_rows(facts.library, (row,), "value")
    return Ruling((_published(command, book, rows, context),))


def require_own(legal_person: str | None, name: str, region: Region) -> None:
    """Refuse a legal person that is none of the region's; None is none at all."""
    if legal_person is None:
        return
    entities = region.registered.event.entities if region.registered else ()
    if legal_person not in {entity.organisation_number for entity in entities}:
        detail = f"{legal_person} is no legal person of {name}"
        raise OverlayScopeWrong(detail, "legal_person", positions_of(region.registered))


def _national(command: PublishOverlay, book: Book) -> PolicyRow:
    for row in book.published.rows:
        if row.term == command.term and row.level == "nation":
            return row
    raise OverlayTermUnknown(f"no national value of {command.term}", "term", (book.position,))


def _require_local(command: PublishOverlay, book: Book) -> None:
    terms = resolve_terms(book, (NATIONAL_TERMS,), local_instant(command.valid_from, 0), Scope())
    national = terms[NATIONAL_TERMS]
    if command.term in national.words:
        detail = f"{NATIONAL_TERMS} keeps {command.term} national from {national.row.valid_from}"
        raise OverlayTermNational(detail, "term", (book.position,), assumed(national))


def _require_dates(command: PublishOverlay, context: Context) -> None:
    if command.valid_from < command.decided_on:
        detail = f"decided on {command.decided_on}, to hold from {command.valid_from}"
        raise OverlayBackdated(detail, "valid_from")
    for field, day in _past(command):
        if day > local_date(context.received_at):
            raise OverlayBackdated(f"{day} has not come", field)


def _past(command: PublishOverlay) -> Iterator[tuple[str, LocalDate]]:
    yield "decided_on", command.decided_on
    if command.communicated_on is not None:
        yield "communicated_on", command.communicated_on


def _row(command: PublishOverlay, national: PolicyRow) -> PolicyRow:
    return replace(
        national,
        level="legal-person" if command.legal_person else "region",
        scope=command.legal_person or command.region,
        value=command.value,
        valid_from=command.valid_from,
        valid_until=command.valid_until,
        source=command.source,
        assumed=command.assumed,
        force=command.force,
        permitted_by=command.permitted_by,
        decided_on=command.decided_on,
        decided_by=command.decided_by,
        communicated_on=command.communicated_on,
        communicated_to=command.communicated_to,
    )


def _published(
    command: PublishOverlay, book: Book, rows: tuple[PolicyRow, ...], context: Context
) -> PolicyPublished:
    told = (command.communicated_to,) if command.communicated_on else ()
    return PolicyPublished(
        agreement=command.agreement,
        version=book.version + 1,
        book_digest=book_digest(rows),
        rows=rows,
        decided_on=command.decided_on,
        decided_by=command.decided_by,
        communicated_at=context.received_at,
        communicated_to=told,
    )
