"""The escalation ladder of one supplier: indicated beside decided, and the deviations behind (domain 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from ledger.decisions.base import Asking
from ledger.events.measures import Effects, MeasureKind, Rung
from ledger.events.shape import shaped
from ledger.facts.ladder import Ladder, ladder
from ledger.facts.ladder_counting import end_of
from ledger.facts.ladder_reading import LadderReading, Rungs
from ledger.facts.ladder_terms import LadderTerms
from ledger.facts.policies import policies
from ledger.facts.running_contracts import RunningContracts, running_contracts
from ledger.facts.standing import MeasureHeld
from ledger.facts.succession import Succession, line_of, successors
from ledger.policy.model import Library, Resolved, Scope
from ledger.policy.remembered import remembered
from ledger.values import AgreementId, Instant, LotId, RegionId
from projections.base import Terms, UnanswerableError, evidence_of, view
from projections.ladder_kept import KEPT
from projections.shapes import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderParams:
    """The agreement and lot; one region's ladder, or with None every region's and the national one."""

    agreement: AgreementId
    lot: LotId
    region: RegionId | None = None


@dataclass(frozen=True, slots=True)
class LadderFacts:
    """What the reading rests on; ``measures`` are those asked about, by id."""

    supplier: str
    state: Ladder
    measures: Mapping[str, MeasureHeld]
    library: Library
    params: LadderParams
    line: Mapping[str, Succession]
    formers: Mapping[str, Ladder]
    running: RunningContracts


@shaped
class MeasureShown:
    """A measure decided against the supplier, and whether it has effect at the end of the date.

    ``to_decide`` are the running assignments that are to end with it and that nobody has decided on;
    ``review_overdue`` says that its review date has passed while it still has effect: somebody must decide.
    """

    measure: str
    region: str | None
    rung: Rung
    kind: MeasureKind
    clause: str
    in_effect: bool
    served_at: Instant | None
    released_at: Instant | None
    ends_on: date | None
    review_on: date | None
    review_overdue: bool
    agreement_ends_on: date | None
    amount_ore: int | None
    effects: Effects
    running_assignments: str
    open_offers: str
    to_decide: tuple[str, ...]
    relied_on: tuple[int, ...]
    disregarded: tuple[int, ...]
    positions: tuple[int, ...]


@shaped
class Former:
    """A supplier whose legal person this one has succeeded, and how many causes counted on its own ladder."""

    supplier: str
    causes: int
    national_indicated: Rung
    positions: tuple[int, ...]


@shaped
class EscalationLadder:
    """The ladder of one supplier. Points and rates are in parts per million; dates are local dates.

    ``formers`` are shown beside it: a succession moves no deviation by itself.
    """

    supplier: str
    ladder: LadderReading
    measures: tuple[MeasureShown, ...]
    formers: tuple[Former, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


NOTHING_RUNS = RunningContracts()
_rungs = remembered(lambda given: Rungs.of(*given), at_most=8)
"""One supplier's regions are asked about one after another: what counts in them is found once."""


def asks(supplier: str, at: date, params: LadderParams) -> Asking[LadderFacts]:
    """The supplier's ladder and those of whom it has succeeded, and the policy of the agreement.

    What runs is asked only where a measure ends it: it is every contract the supplier ever had.
    """
    asked = yield {
        "state": ladder(supplier), "library": policies(params.agreement), supplier: successors(supplier)
    }  # fmt: skip
    state: Ladder = asked["state"]
    line = yield from line_of(supplier, at, asked[supplier])
    names = sorted(former for former in line if former != supplier)
    formers = (yield {former: ladder(former) for former in names}) if names else {}
    measures = _measures(state, params)
    ends = any(_ends(held, at) for held in measures.values())
    running = (yield running_contracts(supplier)) if ends else NOTHING_RUNS
    return LadderFacts(supplier, state, measures, asked["library"], params, line, formers, running)


@view(
    "escalation-ladder",
    titles=("Eskaleringstrappan", "The escalation ladder"),
    kind=ladder,
    shape=KEPT,
    params=LadderParams,
    asks=asks,
    beside=((successors, plain(Succession)), (running_contracts, plain(RunningContracts))),
)
def read(facts: LadderFacts, at: date) -> EscalationLadder:
    """On which rung a supplier stands: indicated, decided, and the deviations behind it."""
    params = facts.params
    rules, terms = _rules((facts.library, params, at))
    rungs = _rungs((facts.state, at, params.agreement, params.lot, rules))
    shown, held = rungs.reading(params.region), facts.measures
    measures = tuple([_shown((held[name], facts.running, at)) for name in sorted(held)])
    formers = tuple(_former(name, facts, rules, at) for name in facts.formers)
    judged = [one.positions for one in shown.counting] + [one.positions for one in shown.not_counting]
    beside = [one.positions for one in measures] + [one.positions for one in formers]
    evidence = evidence_of(*judged, *beside)
    return EscalationLadder(
        supplier=facts.supplier,
        ladder=shown,
        measures=measures,
        formers=formers,
        evidence=evidence,
        terms=terms,
    )


@partial(remembered, at_most=512)
def _rules(given: tuple[Library, LadderParams, date]) -> tuple[LadderTerms, tuple[Resolved, ...]]:
    """The ladder's rules in a place and the values they come from, which suppliers there share."""
    library, params, at = given
    terms = Terms.of(library, params.agreement)
    try:
        rules = LadderTerms.of(terms, at, Scope(region=params.region, lot=params.lot))
    except LookupError as error:
        raise UnanswerableError(str(error)) from error
    return rules, terms.all()


def _former(name: str, facts: LadderFacts, rules: LadderTerms, at: date) -> Former:
    rungs = _rungs((facts.formers[name], at, facts.params.agreement, facts.params.lot, rules))
    counting = rungs.everywhere()
    return Former(
        supplier=name,
        causes=len({one.cause for one in counting}),
        national_indicated=rungs.nation[0],
        positions=evidence_of(*[one.positions for one in counting], facts.line[name].positions()),
    )


def _measures(state: Ladder, params: LadderParams) -> Mapping[str, MeasureHeld]:
    """The measures asked about by id: those of the region and of the nation, or of every region."""
    places = state.regions(params.agreement, params.lot)
    regions = places if params.region is None else (None, params.region)
    held = [told for region in regions if (at := places.get(region)) and (told := at.measures.told)]
    return held[0] if len(held) == 1 else {name: one for told in held for name, one in told.items()}


def _ends(held: MeasureHeld, at: date) -> bool:
    """Whether running assignments are to end with a measure, at the end of a local date."""
    return held.decided.event.effects.ends_assignments and held.active(end_of(at) - 1)


@partial(remembered, at_most=512)
def _shown(given: tuple[MeasureHeld, RunningContracts, date]) -> MeasureShown:
    """A measure as it is shown: one for the nation is, in each region."""
    held, running, at = given
    decision = held.decided.event
    in_effect = held.active(end_of(at) - 1)
    place = (decision.agreement, decision.lot, decision.region)
    return MeasureShown(
        measure=decision.measure,
        region=decision.region,
        rung=decision.rung,
        kind=decision.kind,
        clause=decision.clause,
        in_effect=in_effect,
        served_at=held.served.event.served_at if held.served else None,
        released_at=held.released.event.released_at if held.released else None,
        ends_on=held.ends_on,
        review_on=held.review_on,
        review_overdue=in_effect and held.review_on is not None and held.review_on < at,
        agreement_ends_on=decision.agreement_ends_on,
        amount_ore=decision.amount_ore,
        effects=decision.effects,
        running_assignments=decision.running_assignments,
        open_offers=decision.open_offers,
        to_decide=running.undecided(place, at) if in_effect and decision.effects.ends_assignments else (),
        relied_on=decision.relied_on,
        disregarded=decision.disregarded,
        positions=held.positions(),
    )
