"""Continuity as an award sees it: the streak every view shows, read by the policy the order pinned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar, cast

from msgspec import Struct

from ledger.decisions.refusals import PolicyTermMissing
from ledger.events.awards import ContinuityValue, PeriodReadings
from ledger.events.offers import OfferCorrected, OfferReceived
from ledger.events.orders import OrderPublished
from ledger.facts.eighteen_months import (
    READINGS,
    EighteenMonths,
    EighteenMonthsRule,
    Proposed,
    eighteen_months_of,
)
from ledger.facts.linked_orders import at_unit, chain_of
from ledger.facts.worked_time import (
    NOTHING,
    ContinuityRule,
    ContinuityScope,
    Level,
    Measure,
    Streak,
    Stretch,
    WorkedTime,
)
from ledger.policy.model import Resolved
from ledger.policy.remembered import remembered
from ledger.values import local_date

L = TypeVar("L", bound=str)
NEWCOMERS_KEPT = 4_096
LEVELS: tuple[Level, ...] = ("unit", "operating-unit", "region")
MEASURES: tuple[Measure, ...] = ("days", "shifts", "hours", "assignments")
TERMS = (
    "continuity.measure",
    "continuity.threshold",
    "continuity.scope",
    "continuity.follows-consultant",
    "continuity.break-days-max",
    "continuity.excused",
    "eighteen-months.reading",
    "eighteen-months.months",
    "eighteen-months.break-days-min",
)


@dataclass(frozen=True, slots=True)
class ContinuityTerms:
    """How continuity is measured for one order."""

    measure: Measure
    threshold: int
    level: Level
    follows_consultant: bool
    rule: ContinuityRule
    eighteen_months: EighteenMonthsRule

    @classmethod
    def of(cls, terms: Mapping[str, Resolved]) -> "ContinuityTerms":
        """From resolved values. Refuses a value that no rule understands."""
        return _read(tuple([terms[name] for name in TERMS]))

    def where(self, order: OrderPublished, supplier: str) -> ContinuityScope:
        """The place, and where continuity does not follow the consultant, the supplier."""
        level = self.level
        key = order.unit if level == "unit" else order.region if level == "region" else order.operating_unit
        return ContinuityScope(level=level, key=key, supplier=None if self.follows_consultant else supplier)


@remembered
def _read(values: tuple[Resolved, ...]) -> ContinuityTerms:
    terms = dict(zip(TERMS, values, strict=True))
    excused = frozenset(terms["continuity.excused"].words)
    return ContinuityTerms(
        measure=_word(terms["continuity.measure"], MEASURES),
        threshold=terms["continuity.threshold"].number,
        level=_word(terms["continuity.scope"], LEVELS),
        follows_consultant=terms["continuity.follows-consultant"].truth,
        rule=ContinuityRule(terms["continuity.break-days-max"].number, excused),
        eighteen_months=EighteenMonthsRule(
            _word(terms["eighteen-months.reading"], READINGS),
            terms["eighteen-months.months"].number,
            terms["eighteen-months.break-days-min"].number,
        ),
    )


class Assessed(Struct, frozen=True):
    """One offer's continuity at the reference date, and the 18-month period as read and as kept."""

    value: ContinuityValue
    eighteen_months: EighteenMonths
    readings: PeriodReadings


def assess(
    offer: OfferReceived | OfferCorrected,
    order: OrderPublished,
    states: Sequence[WorkedTime],
    terms: ContinuityTerms,
) -> Assessed:
    """The continuity of an offered consultant: shifts that had ended at the order's reference instant."""
    on, where, rule = local_date(order.reference_at), terms.where(order, offer.supplier), terms.rule
    proposed, months = Proposed(offer.from_on, offer.until_on, order.follows), terms.eighteen_months
    inside, there = where.inside(states), at_unit(states, order.unit)
    if not inside and not there:
        return _newcomer(on, proposed, terms)
    worked = Stretch.over(inside, on, rule.excused)
    ended = worked.ended_by(order.reference_at)
    streak = ended.streak_at(on, rule.break_days_max)
    whole = streak if ended is worked else worked.streak_at(on, rule.break_days_max)
    linked = chain_of(there, on, months.months, proposed)
    period = eighteen_months_of(worked, whole, on, months, linked, proposed)
    return _assessed(streak, _waiting(ended, streak, on, rule), period, terms)


@lru_cache(maxsize=NEWCOMERS_KEPT)
def _newcomer(on: date, proposed: Proposed, terms: ContinuityTerms) -> Assessed:
    """Somebody who was never at the place: the same for everybody offered for the same period."""
    months = terms.eighteen_months
    linked = chain_of((), on, months.months, proposed)
    return _assessed(None, 0, eighteen_months_of(NOTHING, None, on, months, linked, proposed), terms)


def _assessed(
    streak: Streak | None, waiting: int, period: EighteenMonths, terms: ContinuityTerms
) -> Assessed:
    return Assessed(_value(streak, waiting, period, terms), period, readings(period))


def _waiting(ended: Stretch, streak: Streak | None, on: date, rule: ContinuityRule) -> int:
    """The shifts that wait for an approval and would belong to the streak, or make one."""
    hoped = streak or ended.if_approved(on, rule.break_days_max)
    return hoped.unapproved_shifts if hoped else 0


def _value(
    streak: Streak | None, waiting: int, period: EighteenMonths, terms: ContinuityTerms
) -> ContinuityValue:
    amount = streak.amount(terms.measure) if streak else 0
    capped = period.cap if period.governs == "cap" else None
    return ContinuityValue(
        counts=streak is not None and amount >= terms.threshold and not (capped and capped.spent),
        measure=terms.measure,
        amount=amount,
        threshold=terms.threshold,
        first_on=streak.first_on if streak else None,
        last_on=streak.last_on if streak else None,
        days=streak.days if streak else 0,
        shifts=streak.shifts if streak else 0,
        minutes=streak.minutes if streak else 0,
        unapproved_shifts=waiting,
        facts=streak.facts if streak else (),
        spent_from_on=capped.spent_from if capped else None,
        spent_midway=capped is not None and capped.passed_midway,
    )


def readings(period: EighteenMonths) -> PeriodReadings:
    """The 18-month period as an award keeps it: every reading, and the one that governed."""
    back, cap, stay, chain = period.look_back, period.cap, period.longest_stay, period.chain
    return PeriodReadings(
        governs=period.governs,
        exceeded=period.exceeded,
        look_back_after_on=back.after_on,
        look_back_days=back.days,
        look_back_shifts=back.shifts,
        look_back_minutes=back.minutes,
        cap_spent_from_on=cap.spent_from if cap else None,
        cap_spent=cap is not None and cap.spent,
        cap_passed_midway=cap is not None and cap.passed_midway,
        stay_last_allowed_on=stay.last_allowed_on if stay else None,
        stay_too_long=stay is not None and bool(stay.too_long),
        chain_orders=chain.orders if chain else (),
        chain_days=chain.days if chain else 0,
        chain_days_max=chain.days_max if chain else 0,
        chain_too_long=chain is not None and chain.too_long,
    )


def understood(term: Resolved, word: str, allowed: Sequence[L]) -> L:
    """A word of a term's value. Refuses one that no rule understands."""
    if word not in allowed:
        detail = f"{term.row.term} says {word}, not one of {', '.join(allowed)}"
        raise PolicyTermMissing(detail, "", (term.position,))
    return cast("L", word)


def _word(term: Resolved, allowed: Sequence[L]) -> L:
    return understood(term, term.text, allowed)
