"""Continuity streaks of one human at a local date: the award's continuity, keyed and shown (domain 6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.shape import shaped
from ledger.facts.worked_time import (
    AssignmentTime,
    ContinuityScope,
    Level,
    Measure,
    Streak,
    Stretch,
    WorkedTime,
    worked_time,
)
from ledger.policy.model import Resolved, Scope
from ledger.values import AgreementId, Code, SupplierId
from projections.base import Terms, UnanswerableError, evidence_of, view
from projections.humans import LINKS, HumanFacts, asks_human, rule_of, scope_of
from projections.worked_kept import WORKED_TIME

PLACE_TERMS = ("continuity.measure", "continuity.threshold", "continuity.counts")


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
    held, terms = facts.held(), facts.terms()
    scopes = _scopes(held, facts.params, at, terms)
    places = tuple(_place(facts.states, at, where, one, terms) for where, one in scopes)
    return ContinuityStreaks(
        consultant=facts.consultant, same_human=facts.ids, on=at, places=places,
        evidence=evidence_of(*(group for place in places for group in _evidence(place))), terms=terms.all(),
    )  # fmt: skip


def _scopes(
    held: Sequence[AssignmentTime], params: StreakParams, at: date, terms: Terms
) -> Iterator[tuple[ContinuityScope, AssignmentTime]]:
    """Each scope asked about, in order, with an assignment in it that says which region's policy applies."""
    found: dict[tuple[str, str, str], tuple[ContinuityScope, AssignmentTime]] = {}
    for one in held:
        where = scope_of(one, params, at, terms)
        if params.place in (None, where.key) and params.supplier in (None, one.supplier):
            found.setdefault((where.key, one.region, where.supplier or ""), (where, one))
    yield from (found[name] for name in sorted(found))


def _place(
    states: Sequence[WorkedTime], at: date, where: ContinuityScope, held: AssignmentTime, terms: Terms
) -> PlaceStreak:
    local = Scope.of(held)
    rule, known = rule_of(at, local, terms), terms.values(PLACE_TERMS, at, local)
    worked = Stretch.of(states, at, where, rule.excused)
    streak, earlier = worked.streaks_at(at, rule.break_days_max)
    measure, threshold = _measure(known["continuity.measure"].text), known["continuity.threshold"].number
    amount = streak.amount(measure) if streak else 0
    return PlaceStreak(
        where=where,
        region=held.region,
        counts=known["continuity.counts"].truth,
        measure=measure,
        amount=amount,
        threshold=threshold,
        reached=amount >= threshold,
        streak=streak,
        if_approved=worked.if_approved(at, rule.break_days_max) if worked.pending else streak,
        waiting=worked.pending,
        earlier=earlier,
    )


def _measure(text: str) -> Measure:
    match text:
        case "days" | "shifts" | "hours" | "assignments":
            return text
    raise UnanswerableError(f"continuity.measure {text} is no measure")


def _evidence(place: PlaceStreak) -> Iterator[tuple[int, ...]]:
    yield from (streak.facts for streak in place.earlier)
    yield from (streak.facts for streak in (place.streak, place.if_approved) if streak)
    yield place.waiting
