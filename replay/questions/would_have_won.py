"""Question 17: did the error cause damage: would this supplier have won, under each reading?."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from ledger.decisions.award_ranking import (
    AwardFacts,
    award_terms,
    judge_of,
    ranking,
    ranking_facts,
)
from ledger.decisions.candidates import Judge
from ledger.decisions.ranking import placed
from ledger.events.awards import RankedOffer
from ledger.events.orders import Criterion, Method
from ledger.facts.eighteen_months import READINGS
from ledger.facts.orders import OrderHeld, orders
from ledger.fold import until
from ledger.policy.model import Resolved
from ledger.values import Instant, OfferId, OrderId, SupplierId
from projections.base import UnanswerableError, evidence_of
from replay.questions.awarded import AwardCase, AwardParams, award_case
from replay.questions.base import Answer, Asking, Sentence, as_known, question
from replay.questions.words import OTHERWISE

CRITERIA: tuple[tuple[str, tuple[Criterion, ...]], ...] = (
    ("time-alone", ("time",)),
    ("time-first", ("time", "continuity")),
    ("continuity-first", ("continuity", "time")),
)
Known = Literal["then", "now"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WinParams:
    """An award, and the supplier that asks; without one, the best of those that were not awarded."""

    order: OrderId
    position: int = 1
    supplier: SupplierId | None = None


@dataclass(frozen=True, slots=True)
class WinFacts:
    """The award, and what its ranking rests on, as known just before it and as known now."""

    case: AwardCase
    supplier: str | None
    then: AwardFacts
    now: AwardFacts


@dataclass(frozen=True, slots=True)
class Outcome:
    """The ranking once more, with one thing otherwise: who is first, and where the supplier stands.

    ``rank`` is that of its best offer, 0 where none takes part; then ``excluded_code`` says why. ``won`` is
    whether one of its offers is alone in the first place.
    """

    otherwise: str
    known: Known
    first: tuple[OfferId, ...]
    rank: int
    excluded_code: str
    won: bool


@dataclass(frozen=True, slots=True)
class WinAnswer:
    """Whether a supplier would have won: as then known, as now known, and under each reading and criterion.

    ``ranking`` is the award's own. ``then`` is computed again from what was known, so that it must say the
    same; all others are computed from what is known now. ``damage`` is that the supplier did not win, and
    would have as then known (against the ranking) or as now known.
    """

    order: OrderId
    position: int
    supplier: SupplierId
    offers: tuple[OfferId, ...]
    awarded: OfferId
    awarded_to: SupplierId
    awarded_at: Instant
    criteria: tuple[Criterion, ...]
    method: Method
    against_ranking: bool
    reason: str
    damage: bool
    outcomes: tuple[Outcome, ...]
    ranking: tuple[RankedOffer, ...]


def asks(params: WinParams, _on: date) -> Asking[WinFacts]:
    """The award, the order as it stood before it, and what the ranking rests on, twice."""
    case = yield from award_case(AwardParams(order=params.order, position=params.position))
    before = case.awarded.position - 1
    order: OrderHeld = yield until(orders, before)(params.order)
    then = yield from as_known(ranking_facts(order, params.position), before)
    now = yield from ranking_facts(order, params.position)
    return WinFacts(case, params.supplier, then, now)


@question(
    "would-have-won",
    number=17,
    titles=(
        "Ledde felet till skada: hade leverantören vunnit, enligt var och en av läsningarna?",
        "Did the error cause damage: would this supplier have won, under each reading?",
    ),
    params=WinParams,
    values=WinAnswer,
    asks=asks,
    example={"order": "o-0229"},
)
def answer(facts: WinFacts, _on: date) -> Answer:
    """Where a supplier's offers would have stood, as then known, as now known, and under each reading."""
    case, event = facts.case, facts.case.awarded.event
    supplier = facts.supplier or _best_other(facts.case)
    offers = tuple(one.offer for one in event.ranking if one.supplier == supplier)
    if not offers:
        raise UnanswerableError(f"{supplier} has no offer in the ranking of {event.order}")
    terms = award_terms(facts.now.library, case.published)
    outcomes = tuple(_outcomes(facts, supplier, terms))
    then, now = outcomes[0], outcomes[1]
    values = WinAnswer(
        order=event.order,
        position=event.position,
        supplier=supplier,
        offers=offers,
        awarded=event.offer,
        awarded_to=event.supplier,
        awarded_at=event.decided_at,
        criteria=event.criteria,
        method=event.method,
        against_ranking=event.against_ranking,
        reason=event.reason,
        damage=event.supplier != supplier and (now.won or then.won),
        outcomes=outcomes,
        ranking=event.ranking,
    )
    told = (one.facts for one in event.ranking)
    streaks = (one.continuity.facts for one in event.ranking if one.continuity)
    evidence = evidence_of(case.evidence(), *told, *streaks)
    return Answer(_sentence(values), values, evidence, tuple(terms.values()))


def _best_other(case: AwardCase) -> str:
    event = case.awarded.event
    others = [one for one in event.ranking if one.supplier != event.supplier]
    if not others:
        raise UnanswerableError(f"no other supplier stands in the ranking of {event.order}")
    return min(others, key=lambda one: (one.rank == 0, one.rank, one.offer)).supplier


def _outcomes(facts: WinFacts, supplier: str, terms: Mapping[str, Resolved]) -> Iterator[Outcome]:
    """As then known and as now known by the order's own rules, then with one thing otherwise at a time."""
    at, position = facts.case.awarded.event.decided_at, facts.case.awarded.event.position
    then, now = (judge_of(position, known, at, terms) for known in (facts.then, facts.now))
    yield _outcome("nothing", "then", facts.then, then, supplier, position)
    yield _outcome("nothing", "now", facts.now, now, supplier, position)
    for reading in READINGS:
        period = replace(now.terms.eighteen_months, governs=reading)
        judge = replace(now, terms=replace(now.terms, eighteen_months=period))
        yield _outcome(f"eighteen-months-{reading}", "now", facts.now, judge, supplier, position)
    for name, criteria in CRITERIA:
        judge = replace(now, criteria=criteria, scale=None)
        yield _outcome(name, "now", facts.now, judge, supplier, position)


def _outcome(
    otherwise: str, known: Known, facts: AwardFacts, judge: Judge, supplier: str, position: int
) -> Outcome:
    groups, excluded = ranking(position, facts, judge, facts.humans)
    ranked = placed(groups, facts.seed)
    first = tuple(one for one in ranked if one.rank == 1)
    own = [one.rank for one in ranked if one.supplier == supplier]
    out = [one.excluded_code for one in excluded if one.supplier == supplier]
    return Outcome(
        otherwise=otherwise,
        known=known,
        first=tuple(one.offer for one in first),
        rank=min(own, default=0),
        excluded_code=out[0] if out and not own else "",
        won=[one.supplier for one in first] == [supplier],
    )


def _sentence(values: WinAnswer) -> Sentence:
    then, now, *others = values.outcomes
    won = [one.otherwise for one in others if one.won]
    sv = {True: "hade vunnit", False: "hade inte vunnit"}
    en = {True: "would have won", False: "would not have won"}
    named_sv = ", ".join(OTHERWISE[one].sv for one in won)
    named = ", ".join(OTHERWISE[one].en for one in won)
    return Sentence(
        f"{values.supplier} {sv[then.won]} {values.order} som då känt och {sv[now.won]} som nu känt; "
        f"med en sak annorlunda i taget vinner den i {len(won)} av {len(others)} fall"
        + (f" ({named_sv})." if won else "."),
        f"{values.supplier} {en[then.won]} {values.order} as then known and {en[now.won]} as now known; "
        f"with one thing otherwise at a time it wins in {len(won)} of {len(others)} cases"
        + (f" ({named})." if won else "."),
    )
