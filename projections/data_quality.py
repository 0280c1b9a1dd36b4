"""Data quality of one region: what came late, was corrected, is missing, and what rests on assumptions."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.facts.deliveries import DeliveredShift, Delivery
from ledger.facts.region_orders import OrderHere, ReportHere, region_orders
from ledger.policy.model import Resolved, Scope
from ledger.values import local_date
from projections.base import Terms, UnknownKeyError, evidence_of, view
from projections.region_deliveries import REPORTS, RegionFacts, RegionParams, asks, ppm
from projections.shapes import plain


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, and the share in parts per million (None of nothing)."""

    part: int
    whole: int
    ppm: int | None

    @classmethod
    def of(cls, part: int, whole: int) -> "Share":
        """A share."""
        return cls(part, whole, ppm(part, whole))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many lines of time reports were left out for one reason."""

    code: str
    lines: int


@dataclass(frozen=True, slots=True)
class DataQuality:
    """Shares of one region's shifts that stand, of planned shifts, of report lines and of award terms.

    ``late`` shifts were first told more days after than policy allows; ``missing`` planned shifts are that
    old and no shift stands for them; ``approval_late`` were or are unapproved longer than policy allows;
    ``assumed`` are policy values behind awards that nobody has published. Report lines are the whole
    region's, whatever lot or supplier is asked about: a line left out often names neither.
    """

    region: str
    on: date
    late: Share
    corrected: Share
    voided: Share
    missing: Share
    approval_late: Share
    assumed: Share
    left_out: Share
    reasons: tuple[LeftOut, ...]
    backdated: tuple[int, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


@view(
    "data-quality",
    titles=("Datakvalitet", "Data quality"),
    kind=region_orders,
    shape=plain(tuple[OrderHere, ...]),
    params=RegionParams,
    asks=asks,
    beside=(REPORTS,),
)
def read(facts: RegionFacts, at: date) -> DataQuality:
    """How much of what is recorded of a region came late, was corrected, is missing or is assumed."""
    if not facts.orders:
        raise UnknownKeyError(f"no order of {facts.region} is known")
    terms, local = Terms.of(facts.library, facts.params.agreement), Scope(region=facts.region)
    late_days = terms.resolve("time-report.late-days", at, local).number
    approval_days = terms.resolve("time-approval.days-max", at, local).number
    held = tuple(facts.held.values())
    worked = [shift for one in held for shift in one.worked(at)]
    late = [shift for shift in worked if (shift.days_late or 0) > late_days]
    every = [shift for one in held for shift in one.shifts.values() if shift.on <= at]
    slow = [shift for shift in worked if _waited(shift, at) > approval_days]
    old = at - timedelta(days=late_days + 1)
    due = sum(len(one.due(old)) for one in held)
    lines = [one for one in facts.reports if _told(one, facts.params.agreement, at)]
    codes = Counter(code for one in lines for code in one.left_out)
    fills = facts.fills.values()
    return DataQuality(
        region=facts.region,
        on=at,
        late=Share.of(len(late), len(worked)),
        corrected=Share.of(sum(bool(shift.corrections) for shift in worked), len(worked)),
        voided=Share.of(len(every) - len(worked), len(every)),
        missing=Share.of(_missing(held, old), due),
        approval_late=Share.of(len(slow), len(worked)),
        assumed=Share.of(sum(one.assumed for one in fills), sum(one.terms for one in fills)),
        left_out=Share.of(sum(codes.values()), sum(one.lines for one in lines)),
        reasons=tuple(LeftOut(code, n) for code, n in sorted(codes.items())),
        backdated=evidence_of(shift.reported for shift in late),
        evidence=evidence_of(_behind(facts), (shift.position for shift in (*late, *slow))),
        terms=terms.all(),
    )


def _told(report: ReportHere, agreement: str, at: date) -> bool:
    received = report.received_on is None or report.received_on <= at
    return received and report.agreement == agreement


def _waited(shift: DeliveredShift, at: date) -> int:
    """Local dates from a shift's latest values to their approval, or to the date asked about."""
    if shift.told_on is None:
        return 0
    until_on = at if shift.approval is None else local_date(shift.approval.at)
    return (until_on - shift.told_on).days


def _missing(held: tuple[Delivery, ...], old: date) -> int:
    return sum(len(one.unworked(old)) for one in held)


def _behind(facts: RegionFacts) -> list[int]:
    return [*(one.position for one in facts.orders), *(one.position for one in facts.reports)]
