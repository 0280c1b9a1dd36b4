"""One pension spot check: population, the sample drawn again, evidence, what is missing, result."""

from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking
from ledger.events.spot_checks import EvidenceKind, PensionPopulationFrozen, PensionResult, SampledResult
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded
from ledger.facts.spot_checks import (
    PREMIUM_TERMS,
    SAMPLE_TERMS,
    SpotCheck,
    result_of,
    sample_of,
    spot_checks,
)
from ledger.policy.model import Library, Resolved
from ledger.values import AgreementId, ConsultantId, SpotCheckId, SupplierId, local_date
from projections.base import Terms, UnknownKeyError, view
from projections.shapes import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotCheckParams:
    """The view takes no more than the spot check."""


@dataclass(frozen=True, slots=True)
class SpotCheckFacts:
    """The spot check's population, its state, and the policies of its agreement."""

    frozen: Recorded[PensionPopulationFrozen]
    state: SpotCheck
    library: Library


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown about one consultant of the sample, in öre; without evidence the kind is None."""

    consultant: ConsultantId
    kind: EvidenceKind | None
    result: PensionResult
    pay_ore: int
    paid_ore: int
    expected_ore: int
    checked_by: str
    position: int | None


@dataclass(frozen=True, slots=True)
class PensionSpotCheck:
    """A spot check at a date; ``drawn_again``: whether a repeated draw gives this sample (None: no draw)."""

    spot_check: SpotCheckId
    agreement: AgreementId
    supplier: SupplierId
    from_on: date
    until_on: date
    population: int
    sample: tuple[ConsultantId, ...]
    drawn_again: bool | None
    shown: tuple[Shown, ...]
    missing: tuple[ConsultantId, ...]
    evidence_by: date
    overdue: bool
    results: tuple[SampledResult, ...]
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(key: str, _at: date, _params: SpotCheckParams) -> Asking[SpotCheckFacts]:
    """The spot check, and the policies of its agreement."""
    state: SpotCheck = yield spot_checks(key)
    if state.frozen is None:
        raise UnknownKeyError(f"no spot check {key} is known")
    library = yield policies(state.frozen.event.agreement)
    return SpotCheckFacts(state.frozen, state, library)


@view(
    "pension-spot-check",
    titles=("Stickprov tjänstepension", "Pension spot check"),
    kind=spot_checks,
    shape=plain(SpotCheck),
    params=SpotCheckParams,
    asks=asks,
)
def read(facts: SpotCheckFacts, at: date) -> PensionSpotCheck:
    """Who was drawn from whom by which public value, what was shown about each, and what is missing."""
    frozen, state = facts.frozen.event, facts.state
    terms = Terms.of(facts.library, frozen.agreement)
    for name in (*SAMPLE_TERMS, *PREMIUM_TERMS):
        terms.resolve(name, local_date(frozen.frozen_at))
    return PensionSpotCheck(
        spot_check=frozen.spot_check,
        agreement=frozen.agreement,
        supplier=frozen.supplier,
        from_on=frozen.from_on,
        until_on=frozen.until_on,
        population=len(frozen.population),
        sample=state.sample,
        drawn_again=_again(state),
        shown=tuple(_shown(state, one) for one in sorted(state.sample)),
        missing=state.missing(),
        evidence_by=frozen.evidence_by,
        overdue=bool(state.missing()) and at > frozen.evidence_by and state.concluded is None,
        results=_results(state),
        evidence=state.positions(),
        terms=terms.all(),
    )


def _again(state: SpotCheck) -> bool | None:
    if state.drawn is None or state.frozen is None:
        return None
    frozen, drawn = state.frozen.event, state.drawn.event
    return sample_of(frozen.population, drawn.value, frozen.sample_size) == drawn.sample


def _results(state: SpotCheck) -> tuple[SampledResult, ...]:
    """What it was concluded with, by the evidence: the event tells it in a group that no view folds."""
    return tuple(result_of(state, one) for one in sorted(state.sample)) if state.concluded else ()


def _shown(state: SpotCheck, consultant: str) -> Shown:
    held = state.evidence.get(consultant)
    if held is None:
        return Shown(consultant, None, "not-shown", 0, 0, 0, "", None)
    e = held.event
    return Shown(
        consultant, e.kind, e.result, e.pay_ore, e.paid_ore, e.expected_ore, e.proof.checked_by,
        held.position,
    )  # fmt: skip
