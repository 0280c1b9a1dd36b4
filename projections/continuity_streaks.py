"""Continuity streaks of one human at a local date: the award's continuity, keyed and shown (domain 6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.shape import shaped
from ledger.facts.worked_time import (
    AssignmentTime,
    ByPlace,
    ContinuityRule,
    ContinuityScope,
    Level,
    Measure,
    Streak,
    Stretch,
    worked_time,
)
from ledger.policy.model import Resolved, Scope
from ledger.policy.remembered import remembered
from ledger.values import AgreementId, Code, SupplierId
from projections.base import Terms, UnanswerableError, evidence_of, view
from projections.humans import LINKS, RULE_TERMS, HumanFacts, asks_human, rule_by, scope_by, scope_terms
from projections.worked_kept import WORKED_TIME

PLACE_TERMS = (*RULE_TERMS, "continuity.measure", "continuity.threshold", "continuity.counts")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreakParams:
    """Where to look: without a place every place worked at, without a level the policy's."""

    agreement: AgreementId
    level: Level | None = None
    place: Code | None = None
    supplier: SupplierId | None = None


@shaped
class PlaceStreak:
    """The streak in one scope, in the measure of the policy; ``streak`` is None when none runs at the date.

    ``if_approved`` is the streak if every worked shift were approved, ``waiting`` the positions of those that
    are not. ``earlier`` are the streaks before it, oldest first.
    """

    where: ContinuityScope
    region: str
    counts: bool
    measure: Measure
    amount: int
    threshold: int
    reached: bool
    streak: Streak | None
    if_approved: Streak | None
    waiting: tuple[int, ...]
    earlier: tuple[Streak, ...]


@shaped
class ContinuityStreaks:
    """The streaks of one human in every scope asked about. Lengths are minutes, dates local dates."""

    consultant: str
    same_human: tuple[str, ...]
    on: date
    places: tuple[PlaceStreak, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


@view(
    "continuity-streaks",
    titles=("Kontinuitet", "Continuity streaks"),
    kind=worked_time,
    shape=WORKED_TIME,
    params=StreakParams,
    asks=asks_human,
    beside=(LINKS,),
)
def read(facts: HumanFacts[StreakParams], at: date) -> ContinuityStreaks:
    """How long one consultant has worked without a break, per place, as the award counts it."""
    held, terms, there = facts.held(), facts.terms(), ByPlace(facts.states)
    scopes = _scopes(held, facts.params, at, terms)
    places = [_place(there, at, where, one, terms) for where, one in scopes]
    return ContinuityStreaks(
        consultant=facts.consultant, same_human=facts.ids, on=at, places=tuple(places),
        evidence=evidence_of(*[group for place in places for group in _evidence(place)]), terms=terms.all(),
    )  # fmt: skip


def _scopes(
    held: Sequence[AssignmentTime], params: StreakParams, at: date, terms: Terms
) -> list[tuple[ContinuityScope, AssignmentTime]]:
    """Each scope asked about, in order, with an assignment in it that says which region's policy applies."""
    found: dict[tuple[str, str, str], tuple[ContinuityScope, AssignmentTime]] = {}
    names = scope_terms(params)
    for one in held:
        where = scope_by(one, params, terms.values(names, at, Scope.of(one)))
        if params.place in (None, where.key) and params.supplier in (None, one.supplier):
            found.setdefault((where.key, one.region, where.supplier or ""), (where, one))
    return [found[name] for name in sorted(found)]


def _place(
    there: ByPlace, at: date, where: ContinuityScope, held: AssignmentTime, terms: Terms
) -> PlaceStreak:
    known = _rule((terms.values(PLACE_TERMS, at, Scope.of(held)),))
    days_max = known.continuity.break_days_max
    worked = Stretch.over(there.inside(where), at, known.continuity.excused)
    streak, earlier = worked.streaks_at(at, days_max)
    amount = streak.amount(known.measure) if streak else 0
    return PlaceStreak(
        where=where,
        region=held.region,
        counts=known.counts,
        measure=known.measure,
        amount=amount,
        threshold=known.threshold,
        reached=amount >= known.threshold,
        streak=streak,
        if_approved=worked.if_approved(at, days_max) if worked.pending else streak,
        waiting=worked.pending,
        earlier=earlier,
    )


@dataclass(frozen=True, slots=True)
class _Rule:
    """What policy says of streaks at a place."""

    continuity: ContinuityRule
    measure: Measure
    threshold: int
    counts: bool


@remembered
def _rule(given: tuple[Mapping[str, Resolved]]) -> _Rule:
    (known,) = given
    return _Rule(
        rule_by(known),
        _measure(known["continuity.measure"].text),
        known["continuity.threshold"].number,
        known["continuity.counts"].truth,
    )


def _measure(text: str) -> Measure:
    match text:
        case "days" | "shifts" | "hours" | "assignments":
            return text
    raise UnanswerableError(f"continuity.measure {text} is no measure")


def _evidence(place: PlaceStreak) -> list[tuple[int, ...]]:
    running = [streak.facts for streak in (place.streak, place.if_approved) if streak]
    return [*[streak.facts for streak in place.earlier], *running, place.waiting]
