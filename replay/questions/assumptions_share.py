"""Question 20: what share of another answer rests on assumptions, or on what others only claimed? (8)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from pydantic import TypeAdapter, ValidationError

from ledger.facts.orders import OrderHeld, orders
from ledger.facts.policies import policies
from ledger.facts.recorded import positions_of
from ledger.policy.model import Resolved
from ledger.values import Code, OrderId
from projections.base import evidence_of
from replay.questions.awarded import Pinned, published, require_opened
from replay.questions.base import (
    QUESTIONS,
    Answer,
    Asking,
    Question,
    Recording,
    Recordings,
    Sentence,
    question,
)

PPM = 1_000_000
OWN = "assumptions-share"
DIRECT = "direct"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareParams:
    """Another question by its name, and its parameters as in a query: ``order=o-1&position=1``.

    Or an order alone: everything recorded about it, and the policy values its awards used.
    """

    question: Code | None = None
    asked: str = ""
    order: OrderId | None = None

    def __post_init__(self) -> None:
        """Refuse a question that is none, or is this one, and parameters that it does not take."""
        if (self.question is None) == (self.order is None):
            raise ValueError("name a question or an order")
        if self.question is not None:
            other(self.question, self.asked)


@dataclass(frozen=True, slots=True)
class TrustClass:
    """How many of the facts have come in one way: ``direct`` to the ledger, or claimed by another system."""

    trust: str
    facts: int


@dataclass(frozen=True, slots=True)
class ShareAnswer:
    """What another answer rests on. Shares are parts per million, 0 of nothing; positions are the evidence.

    ``sealed`` are facts whose recording may not be shown. ``permission_unknown`` are overlays whose
    permitting clause nobody has published.
    """

    question: str
    sentence_sv: str
    sentence_en: str
    terms: int
    terms_assumed: int
    terms_assumed_ppm: int
    assumed: tuple[str, ...]
    permission_unknown: tuple[str, ...]
    weaker_force: tuple[str, ...]
    other_assumptions: int
    facts: int
    facts_claimed: int
    facts_claimed_ppm: int
    by_trust: tuple[TrustClass, ...]
    claimed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """The other question's answer, and how its evidence was recorded."""

    question: str
    answer: Answer
    recordings: Mapping[int, Recording]


def other(name: str, asked: str) -> tuple[Question, Any]:
    """The question asked about, and its parameters. Raises ValueError."""
    found = QUESTIONS.get(name)
    if found is None or found.name == OWN:
        raise ValueError(f"there is no question {name} to ask this about")
    try:
        sent = dict(parse_qsl(asked, strict_parsing=bool(asked), keep_blank_values=True))
    except ValueError as error:
        raise ValueError("write its parameters as name=value&name=value") from error
    if unknown := set(sent) - {field.name for field in fields(found.params)}:
        raise ValueError(f"{found.name} takes no {', '.join(sorted(unknown))}")
    try:
        return found, TypeAdapter(found.params).validate_strings(sent, strict=True)
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, one["loc"])) or "asked" for one in error.errors())
        raise ValueError(f"the parameters of {found.name} do not fit: {wrong}") from error


def asks(params: ShareParams, on: date) -> Asking[ShareFacts]:
    """What the other question asks, its answer, and how each position behind it was recorded."""
    if params.question is None:
        name, answered = "order", (yield from _order(params.order or ""))
    else:
        found, own = other(params.question, params.asked)
        name, answered = found.name, found.answer((yield from found.asks(own, on)), on)
    recordings: Mapping[int, Recording] = yield Recordings.of(answered.evidence)
    return ShareFacts(name, answered, recordings)


def _order(name: str) -> Asking[Answer]:
    """Everything recorded about one order, and what its awards and their deadlines were decided by."""
    held: OrderHeld = yield orders(name)
    order = published(held, name)
    require_opened(held, name)
    pinned = Pinned.of((yield policies(order.event.agreement)), order.event)
    for award in held.awards:
        accepted = award.accepted.event.terms if award.accepted else ()
        pinned.named(sorted({term.term for term in (*award.awarded.event.terms, *accepted)}))
    rest = (
        *held.recipients.values(),
        *held.exclusions.values(),
        *held.turned_away,
        held.withdrawn,
        held.seed,
    )
    offers = (one.positions() for one in held.offers.values())
    awards = (one.positions() for one in held.awards)
    evidence = evidence_of(positions_of(order, *rest), *offers, *awards)
    said = Sentence(f"Allt som är antecknat om {name}.", f"All that is recorded about {name}.")
    return Answer(said, None, evidence, pinned.terms.all())


@question(
    OWN,
    number=20,
    titles=(
        "Hur stor del av svaret vilar på antaganden?",
        "What share of this answer rests on assumptions?",
    ),
    params=ShareParams,
    values=ShareAnswer,
    asks=asks,
    example={"question": "continuity-at-award", "asked": "order=o-0229"},
)
def answer(facts: ShareFacts, _on: date) -> Answer:
    """How many policy values of another answer nobody has published, and how many facts are only claimed."""
    told, found = facts.answer, facts.recordings
    assumed = _terms(one for one in told.terms if one.assumed)
    claimed = tuple(position for position, one in sorted(found.items()) if one.trust != DIRECT)
    counted = Counter(one.trust for one in found.values())
    counted["sealed"] = len(told.evidence) - len(found)
    used = _terms(told.terms)
    values = ShareAnswer(
        question=facts.question,
        sentence_sv=told.sentence.sv,
        sentence_en=told.sentence.en,
        terms=len(used),
        terms_assumed=len(assumed),
        terms_assumed_ppm=_share(len(assumed), len(used)),
        assumed=assumed,
        permission_unknown=_terms(one for one in told.terms if one.row.permitted_by == "UNKNOWN"),
        weaker_force=_terms(one for one in told.terms if one.row.force != "term"),
        other_assumptions=len(told.assumptions),
        facts=len(told.evidence),
        facts_claimed=len(claimed),
        facts_claimed_ppm=_share(len(claimed), len(told.evidence)),
        by_trust=tuple(TrustClass(trust, n) for trust, n in sorted(counted.items()) if n),
        claimed=claimed,
    )
    return Answer(_sentence(values), values, told.evidence, told.terms, told.assumptions)


def _terms(found: Iterable[Resolved]) -> tuple[str, ...]:
    return tuple(sorted({one.row.term for one in found}))


def _share(part: int, whole: int) -> int:
    return part * PPM // whole if whole else 0


def _sentence(values: ShareAnswer) -> Sentence:
    percent, claimed = values.terms_assumed_ppm * 100 // PPM, values.facts_claimed_ppm * 100 // PPM
    return Sentence(
        f"{values.terms_assumed} av {values.terms} policyvärden ({percent} %) är antaganden, och "
        f"{values.facts_claimed} av {values.facts} fakta ({claimed} %) är uppgifter från andra system.",
        f"{values.terms_assumed} of {values.terms} policy values ({percent} %) are assumptions, and "
        f"{values.facts_claimed} of {values.facts} facts ({claimed} %) are claims of other systems.",
    )
