"""The 2 % indicator: hours and cost of hired staff by month, lot and article, against the staff cost (S1).

A month whose staff cost nobody imported has no share, and a period with such a month has none either.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking
from ledger.facts.hired_cost import Hired, HiredCost, hired_cost, month_of
from ledger.facts.policies import policies
from ledger.policy.model import Library, Resolved, Scope
from ledger.values import AgreementId, LocalDate, plus_months
from projections.base import Terms, evidence_of, view
from projections.shapes import plain

TARGET = "hired-share.target-ppm"
PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareParams:
    """The agreement, and the first month of the period (default: January of the date's year)."""

    agreement: AgreementId
    from_on: LocalDate | None = None


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """What the reading rests on."""

    region: str
    cost: HiredCost
    library: Library
    params: ShareParams


@dataclass(frozen=True, slots=True)
class HiredRow:
    """Accepted hours and cost of one article in one month."""

    month_on: date
    lot: str
    article: str
    minutes: int
    ore: int


@dataclass(frozen=True, slots=True)
class MonthShare:
    """One month: hired cost under and outside the agreement, the staff cost and the share, if known."""

    month_on: date
    minutes: int
    hired_ore: int
    outside_ore: int
    staff_cost_ore: int | None
    source: str | None
    share_ppm: int | None


@dataclass(frozen=True, slots=True)
class HiredStaffShare:
    """Shares in parts per million, rounded half up; ``within_target`` compares exactly, None is unknown."""

    region: str
    from_on: date
    through: date
    months: tuple[MonthShare, ...]
    rows: tuple[HiredRow, ...]
    hired_ore: int
    waiting_ore: int
    staff_cost_ore: int | None
    share_ppm: int | None
    target_ppm: int
    within_target: bool | None
    missing: tuple[date, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(region: str, _at: date, params: ShareParams) -> Asking[ShareFacts]:
    """The region's costs, and the policy."""
    cost = yield hired_cost(region)
    library = yield policies(params.agreement)
    return ShareFacts(region, cost, library, params)


@view(
    "hired-staff-share",
    titles=("Andelen inhyrd personal", "The share of hired staff"),
    kind=hired_cost,
    shape=plain(HiredCost),
    params=ShareParams,
    asks=asks,
)
def read(facts: ShareFacts, at: date) -> HiredStaffShare:
    """What a region's hired staff cost of its whole staff cost, month by month, beside the target."""
    terms, cost = Terms.of(facts.library, facts.params.agreement), facts.cost
    target = terms.resolve(TARGET, at, Scope(region=facts.region))
    first = month_of(facts.params.from_on or at.replace(month=1))
    months = tuple(_month(cost, month_on) for month_on in _months(first, at))
    rows = cost.rows(first, at)
    missing = tuple(month.month_on for month in months if month.staff_cost_ore is None)
    hired = sum(month.hired_ore + month.outside_ore for month in months)
    staff = None if missing else sum(month.staff_cost_ore or 0 for month in months)
    return HiredStaffShare(
        region=facts.region,
        from_on=first,
        through=at,
        months=months,
        rows=tuple(HiredRow(p.month_on, p.lot, p.article, h.minutes, h.ore) for p, h in rows),
        hired_ore=hired,
        waiting_ore=cost.waits(first, at).ore,
        staff_cost_ore=staff,
        share_ppm=_share(hired, staff),
        target_ppm=target.number,
        within_target=None if not staff else hired * PPM <= target.number * staff,
        missing=missing,
        evidence=_evidence(cost, first, at),
        terms=terms.all(),
    )


def _months(first: date, at: date) -> Iterator[date]:
    while first <= at:
        yield first
        first = plus_months(first, 1)


def _month(cost: HiredCost, month_on: date) -> MonthShare:
    hired = Hired()
    for _, one in cost.rows(month_on, month_on):
        hired = hired.plus(one)
    outside = sum(fact.event.amount_ore for fact in cost.bought(month_on, month_on))
    staff = cost.staff(month_on)
    staff_ore = staff.event.staff_cost_ore if staff else None
    source = staff.event.source if staff else None
    share = _share(hired.ore + outside, staff_ore)
    return MonthShare(month_on, hired.minutes, hired.ore, outside, staff_ore, source, share)


def _share(hired_ore: int, staff_ore: int | None) -> int | None:
    return (2 * hired_ore * PPM + staff_ore) // (2 * staff_ore) if staff_ore else None


def _evidence(cost: HiredCost, first: date, at: date) -> tuple[int, ...]:
    staff = [cost.staff(month_on) for month_on in _months(first, at)]
    return evidence_of(
        *(hired.facts for _, hired in cost.rows(first, at)),
        cost.waits(first, at).facts,
        [fact.position for fact in cost.bought(first, at)],
        [fact.position for fact in staff if fact],
    )
