"""Continuity streaks of one human at a local date: the award's continuity, keyed and shown (domain 6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.shape import shaped
from ledger.facts.worked_alone import lone, streaks_of_one
from ledger.facts.worked_places import Named
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
from ledger.policy.model import Resolved
from ledger.policy.remembered import remembered
from ledger.values import AgreementId, Code, SupplierId
from projections.base import UnanswerableError, evidence_apart, evidence_of, view
from projections.humans import (
    LINKS,
    RULE_TERMS,
    AtPlaces,
    HumanFacts,
    asks_human,
    itself,
    rule_by,
    scope_terms,
    scoped_by,
)
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
    scopes = _scopes(held, facts.params, AtPlaces(terms, scope_terms(facts.params), at, itself))
    known = AtPlaces(terms, PLACE_TERMS, at, _rule)
    places = [_place(there.inside(where), at, where, one, known.of(one)) for where, one in scopes]
    return ContinuityStreaks(
        consultant=facts.consultant, same_human=facts.ids, on=at, places=tuple(places),
        evidence=_evidence(places), terms=terms.all(),
    )  # fmt: skip


def _scopes(
    held: Sequence[AssignmentTime], params: StreakParams, known: AtPlaces[Mapping[str, Resolved]]
) -> list[tuple[ContinuityScope, AssignmentTime]]:
    """Each scope asked about, in order, with an assignment in it that says which region's policy applies."""
    found: dict[tuple[str, str, str], tuple[ContinuityScope, AssignmentTime]] = {}
    for one in held:
        level, key, supplier = scoped_by(one, params, known.of(one))
        if params.place in (None, key) and params.supplier in (None, one.supplier):
            name = key, one.region, supplier or ""
            if name not in found:
                found[name] = ContinuityScope(level=level, key=key, supplier=supplier), one
    return [found[name] for name in sorted(found)]


def _place(
    inside: Sequence[Named], at: date, where: ContinuityScope, held: AssignmentTime, known: "_Rule"
) -> PlaceStreak:
    streak, if_approved, waiting, earlier = _streaks(inside, at, known.continuity)
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
        if_approved=if_approved,
        waiting=waiting,
        earlier=earlier,
    )


def _streaks(
    inside: Sequence[Named], at: date, rule: ContinuityRule
) -> tuple[Streak | None, Streak | None, tuple[int, ...], tuple[Streak, ...]]:
    """The streak at a date, the same if all were approved, what waits, and the streaks before."""
    days_max = rule.break_days_max
    if (spell := lone(inside, at.toordinal(), days_max)) is not None:
        streak, earlier = streaks_of_one(inside[0][0], spell, at.toordinal(), days_max)
        return streak, streak, (), earlier
    worked = Stretch.over(inside, at, rule.excused)
    if not worked.worked:
        return None, None, (), ()
    streak, earlier = worked.streaks_at(at, days_max)
    waiting = worked.pending
    return streak, worked.if_approved(at, days_max) if waiting else streak, waiting, earlier


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


def _evidence(places: Sequence[PlaceStreak]) -> tuple[int, ...]:
    """Of different places of one level no two share an assignment, nor any two streaks a shift."""
    groups = [streak.facts for place in places for streak in place.earlier]
    groups += [place.streak.facts for place in places if place.streak]
    waiting = [place for place in places if place.waiting]
    apart = (
        len({place.where.key for place in places}) == len(places)
        and len({p.where.level for p in places}) == 1
    )
    if apart and not waiting:
        return evidence_apart(groups)
    groups += [place.if_approved.facts for place in waiting if place.if_approved]
    return evidence_of(*groups, *[place.waiting for place in waiting])
