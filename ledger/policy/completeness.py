"""When an offer is complete: the documents it needs, and how old they may be (domain 5, topic 13)."""

from collections.abc import Iterable, Mapping
from datetime import date

from ledger.events.offers import Document
from ledger.policy.model import Resolved
from ledger.values import plus_months

REFERENCE = "reference"


def freshness_term(kind: str) -> str:
    """The term that says how many months old a kind of document may be."""
    return f"document.{kind}.months-max"


def missing_from(
    documents: Iterable[Document], received_on: date, judged_on: date, terms: Mapping[str, Resolved]
) -> tuple[str, ...]:
    """What an offer lacks, as codes; empty when it is complete.

    A document is too old when its date plus the months allowed (clamped) lies before ``judged_on``: the date
    the offer's clock started, or else that of its receipt. A document dated after its receipt proves nothing.
    """
    held = tuple(documents)
    flaws = [
        _flaw(kind, held, received_on, judged_on, terms[freshness_term(kind)].number)
        for kind in terms["offer.documents"].words
    ]
    found = tuple(flaw for flaw in flaws if flaw is not None)
    references = sum(document.kind == REFERENCE for document in held)
    enough = references >= terms["document.references-min"].number
    return found if enough else (*found, "references-too-few")


def _flaw(
    kind: str, documents: tuple[Document, ...], received_on: date, judged_on: date, months: int
) -> str | None:
    dates = [document.dated_on for document in documents if document.kind == kind]
    if not dates:
        return kind
    usable = [day for day in dates if day <= received_on]
    if not usable:
        return f"{kind}-dated-ahead"
    return f"{kind}-too-old" if plus_months(max(usable), months) < judged_on else None
