"""Shadow booking, about one supplier: awarded and working consultant differ, and work without an order.

An indicator lists its evidence and its innocent explanations. It never accuses (domain 6).
"""

from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking
from ledger.facts.policies import policies
from ledger.facts.staffing import InvoicedTime, Staffing, StandIn, staffing
from ledger.policy.model import Library, Resolved
from ledger.values import AgreementId, LotId, RegionId
from projections.base import Terms, UnknownKeyError, evidence_of, view
from projections.explanations import REPLACED, UNORDERED, Explanation
from projections.region_deliveries import ppm
from projections.shapes import plain

ONE_IN = "shadow.one-in"
LEAST = "shadow.assignments-min"
UNORDERED_MIN = "shadow.unordered-minutes-min"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingParams:
    """The agreement; one region and one lot, or all."""

    agreement: AgreementId
    region: RegionId | None = None
    lot: LotId | None = None


@dataclass(frozen=True, slots=True)
class StaffingFacts:
    """What the reading rests on."""

    supplier: str
    state: Staffing
    library: Library
    params: StaffingParams


@dataclass(frozen=True, slots=True)
class SupplierStaffing:
    """Indicators (ii) and (iv) of one supplier.

    ``differing`` are assignments in which somebody else than the consultant awarded was agreed or worked;
    their share is judged only from so many assignments on. Shares are in parts per million. ``unordered``
    hours are those somebody reported, ``invoiced`` those of assignments that nobody has concluded to this
    day; the same hours may stand in both, so that they are never added up.
    """

    supplier: str
    on: date
    assignments: int
    differing: int
    differing_ppm: int | None
    not_agreed: int
    lit: bool
    stand_ins: tuple[StandIn, ...]
    innocent: tuple[Explanation, ...]
    unordered_minutes: int
    invoiced_minutes: int
    invoiced: tuple[InvoicedTime, ...]
    unordered_lit: bool
    unordered_innocent: tuple[Explanation, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(supplier: str, _at: date, params: StaffingParams) -> Asking[StaffingFacts]:
    """The supplier's staffing and the policy of the agreement."""
    state = yield staffing(supplier)
    library = yield policies(params.agreement)
    return StaffingFacts(supplier, state, library, params)


@view(
    "supplier-staffing",
    titles=("Skuggbokning: indikatorer om en leverantör", "Shadow booking: indicators about a supplier"),
    kind=staffing,
    shape=plain(Staffing),
    params=StaffingParams,
    asks=asks,
)
def read(facts: StaffingFacts, at: date) -> SupplierStaffing:
    """How often a supplier's awarded consultant was not the one who worked, and what may explain it."""
    state, terms = facts.state, Terms.of(facts.library, facts.params.agreement)
    if not state.assignments and not state.unordered and not state.invoiced:
        raise UnknownKeyError(f"nothing is known of supplier {facts.supplier}")
    named = {row[0]: row[-1] for row in state.assignments if _asked(row, facts.params)}
    stand_ins = tuple(one for one in state.stand_ins if one.assignment in named and one.on <= at)
    differing = {one.assignment for one in stand_ins}
    share, least = ppm(len(differing), len(named)), terms.resolve(LEAST, at).number
    unordered = [row for row in state.unordered if row[0] <= at]
    minutes, invoiced = sum(row[1] for row in unordered), _invoiced(state, at, facts.params)
    invoiced_minutes = sum(one.minutes for one in invoiced)
    often = len(differing) * terms.resolve(ONE_IN, at).number >= len(named)
    return SupplierStaffing(
        supplier=facts.supplier,
        on=at,
        assignments=len(named),
        differing=len(differing),
        differing_ppm=share,
        not_agreed=sum(not one.accepted for one in stand_ins),
        lit=bool(differing) and often and len(named) >= least,
        stand_ins=stand_ins,
        innocent=REPLACED if stand_ins else (),
        unordered_minutes=minutes,
        invoiced_minutes=invoiced_minutes,
        invoiced=invoiced,
        unordered_lit=max(minutes, invoiced_minutes) >= terms.resolve(UNORDERED_MIN, at).number,
        unordered_innocent=UNORDERED if unordered or invoiced else (),
        evidence=evidence_of(
            named.values(),
            (one.position for one in stand_ins),
            (row[2] for row in unordered),
            (one.position for one in invoiced),
        ),
        terms=terms.all(),
    )


def _asked(row: tuple[str, str, str, str, int], params: StaffingParams) -> bool:
    _, agreement, region, lot, _ = row
    return agreement == params.agreement and params.region in (None, region) and params.lot in (None, lot)


def _invoiced(state: Staffing, at: date, params: StaffingParams) -> tuple[InvoicedTime, ...]:
    """What was invoiced under the agreement for assignments that are not concluded, as now known."""
    known = {row[0] for row in state.assignments}
    return tuple(
        one
        for one in state.invoiced
        if one.agreement == params.agreement and one.on <= at and one.assignment not in known
    )
