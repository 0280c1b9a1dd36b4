"""Question 7: which deviations counted, and would it stand without one, a clause or a term? (domain 6).

Whether it stands in law is argued by others: the answer says what the ladder would have indicated.
"""

from dataclasses import dataclass
from datetime import date

from ledger.events.measures import RUNGS, Rung
from ledger.facts.ladder import Ladder, ladder
from ledger.facts.ladder_counting import Counted
from ledger.facts.ladder_reading import LadderReading
from ledger.facts.ladder_terms import LadderTerms
from ledger.facts.ladder_what_if import VOID, Without, ladder_without
from ledger.facts.measures import measures
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded
from ledger.facts.standing import DecidedSeen, MeasureHeld
from ledger.fold import until
from ledger.policy.model import Library, Scope
from ledger.values import Code, DeviationId, LocalDate, MeasureId, RegionId, SupplierId, Text, local_date
from projections.base import Terms, UnanswerableError, UnknownKeyError, evidence_of
from replay.questions.base import Answer, Asking, Sentence, question
from replay.questions.words import STEPS, called, number


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundsParams:
    """A measure, and what to think away beside the deviations withdrawn since: one, a clause, a term."""

    measure: MeasureId
    without: DeviationId | None = None
    void_clause: Text | None = None
    void_term: Code | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """A deviation that counted when the measure was decided; ``withdrawn`` is whether it has been since."""

    deviation: DeviationId
    kind: Code
    region: RegionId
    weight_ppm: int
    relied_on: bool
    withdrawn: bool
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """The ladder where the measure was decided, with something thought away."""

    indicated: Rung
    points_ppm: int
    grounds_left: int
    reaches_decided: bool


@dataclass(frozen=True, slots=True)
class GroundsAnswer:
    """The grounds of one measure on the date of its decision, by what was known then."""

    measure: MeasureId
    supplier: SupplierId
    region: RegionId | None
    decided: Rung
    decided_on: LocalDate
    clause: str
    grounds: tuple[Ground, ...]
    as_decided: Counterfactual
    without_withdrawn: Counterfactual
    without_named: Counterfactual | None


@dataclass(frozen=True, slots=True)
class GroundsFacts:
    """The measure, the supplier's ladder as known at the decision and as known now, the policy then."""

    params: GroundsParams
    decided: Recorded[DecidedSeen]
    then: Ladder
    now: Ladder
    library: Library


def asks(params: GroundsParams, _on: date) -> Asking[GroundsFacts]:
    """The measure, then the ladder and the policy as they were known when it was decided."""
    held: MeasureHeld | None = yield measures(params.measure)
    if held is None:
        raise UnknownKeyError(f"no measure {params.measure} was decided")
    event, before = held.decided.event, held.decided.position - 1
    then = yield until(ladder, before)(event.supplier)
    now = yield ladder(event.supplier)
    library = yield until(policies, before)(event.agreement)
    return GroundsFacts(params, held.decided, then, now, library)


@question(
    "measure-grounds",
    number=7,
    titles=(
        "Vilka avvikelser räknades, och stod åtgärden sig utan den återtagna, eller om punkten vore ogiltig?",
        "Which deviations counted, and would it stand without the withdrawn one, or were this clause void?",
    ),
    params=GroundsParams,
    values=GroundsAnswer,
    asks=asks,
    example={"measure": "me-delta-vgr-1"},
)
def answer(facts: GroundsFacts, _on: date) -> Answer:
    """The deviations behind a measure, and the rung that would be indicated without some of them."""
    event, terms = facts.decided.event, Terms.of(facts.library, facts.decided.event.agreement)
    rules = _rules(terms, event)
    gone = frozenset(name for name, held in facts.now.deviations.items() if held.withdrawn is not None)
    named = _named(facts.params)
    read = [_read(facts, rules, without) for without in (Without(), Without(deviations=gone), named)]
    grounds = tuple(_ground(one, event, gone) for one in _there(read[0], event))
    standings = [_standing(one, event) for one in read]
    values = GroundsAnswer(
        measure=event.measure,
        supplier=event.supplier,
        region=event.region,
        decided=event.rung,
        decided_on=local_date(event.decided_at),
        clause=event.clause,
        grounds=grounds,
        as_decided=standings[0],
        without_withdrawn=standings[1],
        without_named=None if named == Without() else standings[2],
    )
    withdrawn = (facts.now.deviations[one.deviation].positions() for one in grounds if one.withdrawn)
    evidence = evidence_of((facts.decided.position,), *(one.positions for one in grounds), *withdrawn)
    return Answer(_sentence(values), values, evidence, terms.all())


def _rules(terms: Terms, event: DecidedSeen) -> LadderTerms:
    try:
        return LadderTerms.of(terms, local_date(event.decided_at), Scope(region=event.region, lot=event.lot))
    except LookupError as error:
        raise UnanswerableError(str(error)) from error


def _named(params: GroundsParams) -> Without:
    """What the asker thinks away. Raises UnanswerableError for a term that is none of the ladder's."""
    if params.void_term is not None and params.void_term not in VOID:
        raise UnanswerableError(f"{params.void_term} is none of the ladder's terms: {', '.join(VOID)}")
    named = (params.without, params.void_clause, params.void_term)
    return Without(*(frozenset() if one is None else frozenset({str(one)}) for one in named))


def _read(facts: GroundsFacts, rules: LadderTerms, without: Without) -> LadderReading:
    event = facts.decided.event
    at, place = local_date(event.decided_at), (event.agreement, event.lot)
    return ladder_without(facts.then, at, place, rules, without)


def _there(reading: LadderReading, event: DecidedSeen) -> tuple[Counted, ...]:
    return tuple(one for one in reading.counting if event.region in (None, one.region))


def _ground(one: Counted, event: DecidedSeen, gone: frozenset[str]) -> Ground:
    return Ground(
        deviation=one.deviation,
        kind=one.kind,
        region=one.region,
        weight_ppm=one.weight_ppm,
        relied_on=bool(set(one.positions) & set(event.relied_on)),
        withdrawn=one.deviation in gone,
        positions=one.positions,
    )


def _standing(reading: LadderReading, event: DecidedSeen) -> Counterfactual:
    there = _there(reading, event)
    region = reading.region(event.region) if event.region else None
    regional: Rung = region.indicated if region else "none"
    indicated = reading.national_indicated if event.region is None else regional
    own = [one for one in reading.regions if event.region in (None, one.region)]
    relied = [one for one in there if set(one.positions) & set(event.relied_on)]
    return Counterfactual(
        indicated=indicated,
        points_ppm=sum(one.points_ppm for one in own),
        grounds_left=len(relied),
        reaches_decided=RUNGS.index(indicated) >= RUNGS.index(event.rung),
    )


def _sentence(values: GroundsAnswer) -> Sentence:
    asked = values.without_named or values.without_withdrawn
    gone = sum(one.withdrawn for one in values.grounds)
    decided, then, without = (
        called(STEPS, one) for one in (values.decided, values.as_decided.indicated, asked.indicated)
    )
    counted, all_stand = len(values.grounds), not gone and values.without_named is None
    less_sv = (
        "utan det som tänks bort" if values.without_named else f"utan {gone} som har återtagits sedan dess"
    )
    less_en = "without what is thought away" if values.without_named else f"without {gone} withdrawn since"
    now_sv = "ingen av dem är återtagen" if all_stand else f"{less_sv} på {without.sv}"
    now_en = "none of them is withdrawn" if all_stand else f"{less_en} {without.en}"
    return Sentence(
        f"{number(counted, 'avvikelse', 'avvikelser')} räknades när {decided.sv} beslutades "
        f"({values.measure}); trappan pekade då på {then.sv}, och {now_sv}.",
        f"{number(counted, 'deviation', 'deviations')} counted when {decided.en} was decided "
        f"({values.measure}); the ladder then indicated {then.en}, and {now_en}.",
    )
