"""Article numbers: announced with lead time, at a rate level of the price list (topic 17)."""

from dataclasses import dataclass
from datetime import timedelta

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    assumed,
    mandate_of,
    require_mandate,
)
from ledger.decisions.price_guards import resolver
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing
from ledger.errors import Refusal
from ledger.events.prices import ArticleChanged
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.prices import LEVELS, Articles, articles
from ledger.facts.recorded import positions_of
from ledger.policy.model import Library, Resolved, Scope, used_terms
from ledger.policy.pricing import HOUR
from ledger.values import AgreementId, Code, LocalDate, LotId, Text, local_date

CENTRAL = frozenset({"central-contract-management"})
LEAD = "article.lead-days"


class LeadTimeTooShort(Refusal):
    """Suppliers must be told of a changed article number long enough before it is in force."""

    code = "lead-time-too-short"
    clause = "S4, Artikelnummer: changes need foresight"
    title_sv = "Ändringen aviseras för sent"
    title_en = "Article change announced too late"


class ArticleUnchanged(Refusal):
    """The article number has this rate level on that date already."""

    code = "article-unchanged"
    clause = "domain 3.6: article numbers"
    title_sv = "Artikelnumret har redan nivån"
    title_en = "Article has this level already"


class LevelNotListed(Refusal):
    """The price list has no such rate level in the lot."""

    code = "level-not-listed"
    clause = "S3: national prices"
    title_sv = "Nivån finns inte i prislistan"
    title_en = "Level is not in the price list"


@command
class ChangeArticle:
    """Announce an article number's rate level from a date on; without a level it is no longer to be used."""

    agreement: AgreementId
    lot: LotId
    article: Code
    level: int | None = None
    title: Text
    from_on: LocalDate
    announced_to: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """The mandate, the agreement's policy, and its article numbers."""

    mandate: Mandate
    library: Library
    articles: Articles


def _facts(command: ChangeArticle, context: Context) -> Asking[ChangeFacts]:
    mandate = yield from mandate_of(context)
    library = yield policies(command.agreement)
    known = yield articles(command.agreement)
    return ChangeFacts(mandate, library, known)


@decides(
    ChangeArticle,
    facts=_facts,
    example={
        "agreement": "hyr-2024",
        "lot": "nurses",
        "article": "ssk-op",
        "level": 2,
        "title": "Operationssjuksköterska",
        "from_on": "2025-09-01",
        "announced_to": ["regions", "suppliers"],
    },
    raises=(
        *MANDATE_REFUSALS,
        PolicyMissing,
        PolicyTermMissing,
        LeadTimeTooShort,
        LevelNotListed,
        ArticleUnchanged,
    ),
)
def change_article(command: ChangeArticle, facts: ChangeFacts, context: Context) -> Ruling:
    """Central contract management announces it in time, at a level that has prices, and changes something."""
    require_mandate(facts.mandate, context, CENTRAL, (command.agreement, "", ""), context.received_at)
    resolve = resolver(facts.library, command.agreement, Scope(lot=command.lot))
    lead = resolve(LEAD, local_date(context.received_at))
    _require_lead(command, lead, context)
    listed = {name: resolve(name, command.from_on) for name in (LEVELS, HOUR)}
    _require_listed(command, listed[HOUR])
    _require_change(command, facts.articles, listed[LEVELS])
    terms = (lead, *listed.values())
    event = ArticleChanged(
        agreement=command.agreement,
        lot=command.lot,
        article=command.article,
        level=command.level,
        title=command.title,
        from_on=command.from_on,
        announced_at=context.received_at,
        announced_to=command.announced_to,
        decided_by=context.actor,
        terms=used_terms(terms),
    )
    return Ruling((event,), None, terms)


def _require_lead(command: ChangeArticle, lead: Resolved, context: Context) -> None:
    first_on = local_date(context.received_at) + timedelta(days=lead.number)
    if command.from_on < first_on:
        detail = f"announced now it can be in force from {first_on}, not {command.from_on}"
        raise LeadTimeTooShort(detail, "from_on", (lead.position,), assumed(lead))


def _require_listed(command: ChangeArticle, hour: Resolved) -> None:
    prefix = f"{command.lot}.{command.level}."
    if command.level is not None and not any(key.startswith(prefix) for key in hour.table):
        detail = f"no price is listed for level {command.level} of {command.lot}"
        raise LevelNotListed(detail, "level", (hour.position,), assumed(hour))


def _require_change(command: ChangeArticle, known: Articles, levels: Resolved) -> None:
    if known.level(levels, command.lot, command.article, command.from_on) == command.level:
        former = known.on(command.lot, command.article, command.from_on)
        positions = positions_of(former) or (levels.position,)
        detail = f"{command.article} has level {command.level} on {command.from_on}"
        raise ArticleUnchanged(detail, "level", positions, () if former else assumed(levels))
