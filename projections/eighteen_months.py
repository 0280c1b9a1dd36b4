"""The 18-month period in all its readings, side by side, and the one that governs (domain 6)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.events.shape import shaped
from ledger.facts.eighteen_months import TERMS, EighteenMonths, EighteenMonthsRule, eighteen_months_over
from ledger.facts.linked_orders import Proposed
from ledger.facts.worked_time import (
    AssignmentTime,
    ByPlace,
    ContinuityRule,
    ContinuityScope,
    Level,
    worked_time,
)
from ledger.policy.model import Resolved
from ledger.policy.remembered import remembered
from ledger.values import AgreementId, LocalDate, OrderId, SupplierId, UnitId
from projections.base import UnanswerableError, evidence_apart, evidence_of, view
from projections.humans import (
    LINKS,
    RULE_TERMS,
    AtPlaces,
    HumanFacts,
    asks_human,
    rule_by,
    scope_by,
    scope_terms,
)
from projections.worked_kept import WORKED_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodParams:
    """Where to look: one unit, or every unit worked at.

    ``from_on``, ``until_on`` (half-open) and ``follows`` are of an assignment that is only proposed, if any.
    """

    agreement: AgreementId
    unit: UnitId | None = None
    level: Level | None = None
    supplier: SupplierId | None = None
    from_on: LocalDate | None = None
    until_on: LocalDate | None = None
    follows: OrderId | None = None

    def __post_init__(self) -> None:
        """Refuse half a proposal: it would be passed over in silence. Raises ValueError."""
        whole = self.from_on is not None and self.until_on is not None and self.from_on < self.until_on
        if (self.from_on, self.until_on, self.follows) != (None, None, None) and not whole:
            raise ValueError("a proposed assignment has from_on and, later, until_on")


@shaped
class UnitPeriod:
    """All readings at one unit. ``exceeded`` is what the governing reading says; a look-back only counts."""

    unit: str
    region: str
    where: ContinuityScope
    readings: EighteenMonths
    exceeded: bool


@shaped
class EighteenMonthsPeriod:
    """The 18-month period of one human at each unit asked about. Lengths are minutes, dates local dates."""

    consultant: str
    same_human: tuple[str, ...]
    on: date
    units: tuple[UnitPeriod, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


@view(
    "eighteen-months",
    titles=("18-månadersperioden", "The 18-month period"),
    kind=worked_time,
    shape=WORKED_TIME,
    params=PeriodParams,
    asks=asks_human,
    beside=(LINKS,),
)
def read(facts: HumanFacts[PeriodParams], at: date) -> EighteenMonthsPeriod:
    """What each reading of the 18-month period says of one consultant, and which reading governs."""
    terms, there, params = facts.terms(), ByPlace(facts.states), facts.params
    known = AtPlaces(terms, (*scope_terms(params), *RULE_TERMS, *TERMS), at, _rules)
    units = [_unit(there, at, one, params, known.of(one)) for one in _units(facts.held(), params)]
    return EighteenMonthsPeriod(
        consultant=facts.consultant, same_human=facts.ids, on=at, units=tuple(units),
        evidence=_evidence(units), terms=terms.all(),
    )  # fmt: skip


def _units(held: Iterable[AssignmentTime], params: PeriodParams) -> Iterator[AssignmentTime]:
    """One assignment for each unit asked about, sorted by unit."""
    found: dict[str, AssignmentTime] = {}
    for one in held:
        if params.unit in (None, one.unit) and params.supplier in (None, one.supplier):
            found.setdefault(one.unit, one)
    yield from (found[unit] for unit in sorted(found))


def _unit(
    there: ByPlace, at: date, held: AssignmentTime, params: PeriodParams, known: "_Rules"
) -> UnitPeriod:
    where = scope_by(held, params, known.values)
    inside, at_unit = there.inside(where), there.at("unit", held.unit)
    readings = eighteen_months_over(inside, at_unit, at, known.continuity, known.rule, _proposed(params))
    return UnitPeriod(
        unit=held.unit, region=held.region, where=where, readings=readings, exceeded=readings.exceeded
    )


@dataclass(frozen=True, slots=True)
class _Rules:
    """What policy says at a unit."""

    values: Mapping[str, Resolved]
    continuity: ContinuityRule
    rule: EighteenMonthsRule


@remembered
def _rules(given: tuple[Mapping[str, Resolved]]) -> _Rules:
    """Raises UnanswerableError for an unknown value."""
    (known,) = given
    try:
        return _Rules(known, rule_by(known), EighteenMonthsRule.by(tuple(known[term] for term in TERMS)))
    except LookupError as error:
        raise UnanswerableError(str(error)) from error


def _proposed(params: PeriodParams) -> Proposed | None:
    if params.from_on is None or params.until_on is None:
        return None
    return Proposed(params.from_on, params.until_on, params.follows)


def _evidence(units: Sequence[UnitPeriod]) -> tuple[int, ...]:
    """Most readings of a unit rest on the very same facts; those of several units kept apart share none."""
    groups: list[tuple[int, ...]] = []
    apart = all(unit.where.level == "unit" for unit in units)
    for unit in units:
        told = unit.readings
        worked = {
            id(one.facts): one.facts
            for one in (told.look_back, told.cap, told.longest_stay)
            if one and one.facts
        }
        groups.extend(worked.values())
        apart = apart and len(worked) <= 1
        if told.chain:
            groups.append(told.chain.facts)
    return evidence_apart(groups) if apart else evidence_of(*groups)
