"""One pension spot check: the draw that anybody can repeat, the premium expected, what came of it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec import Struct, field, structs

from ledger.events.spot_checks import (
    PensionCheckConcluded,
    PensionEvidenceRecorded,
    PensionPopulationFrozen,
    PensionSampleDrawn,
    SampledResult,
)
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import FoldKind
from ledger.policy.model import Resolved

PPM = 1_000_000
MONTHS_A_YEAR = 12
SAMPLE_TERMS = ("pension.sample-share", "pension.sample-min", "pension.reply-days")
PREMIUM_TERMS = (
    "pension.rate-below",
    "pension.rate-above",
    "pension.threshold",
    "pension.income-base-amounts",
    "pension.tolerance",
    "pension.evidence",
)


class SpotCheck(Struct, frozen=True):
    """One spot check from freezing to conclusion; ``evidence`` is the latest of each consultant."""

    frozen: Recorded[PensionPopulationFrozen] | None = None
    drawn: Recorded[PensionSampleDrawn] | None = None
    evidence: Mapping[str, Recorded[PensionEvidenceRecorded]] = field(default_factory=dict)
    concluded: Recorded[PensionCheckConcluded] | None = None

    @property
    def sample(self) -> tuple[str, ...]:
        """Those drawn; nobody before the draw."""
        return self.drawn.event.sample if self.drawn else ()

    def missing(self) -> tuple[str, ...]:
        """Those of the sample about whom nothing was shown."""
        return tuple(one for one in self.sample if one not in self.evidence)

    def positions(self) -> tuple[int, ...]:
        """The positions of its events, the latest evidence of each consultant among them."""
        return positions_of(self.frozen, self.drawn, *self.evidence.values(), self.concluded)


spot_checks: FoldKind[SpotCheck] = FoldKind("spot-checks", "spot-check", SpotCheck())


@spot_checks.on(PensionPopulationFrozen)
def _frozen(state: SpotCheck, e: PensionPopulationFrozen, position: int) -> SpotCheck:
    return structs.replace(state, frozen=Recorded(position, e))


@spot_checks.on(PensionSampleDrawn)
def _drawn(state: SpotCheck, e: PensionSampleDrawn, position: int) -> SpotCheck:
    return structs.replace(state, drawn=Recorded(position, e))


@spot_checks.on(PensionEvidenceRecorded)
def _evidence(state: SpotCheck, e: PensionEvidenceRecorded, position: int) -> SpotCheck:
    return structs.replace(state, evidence={**state.evidence, e.consultant: Recorded(position, e)})


@spot_checks.on(PensionCheckConcluded)
def _concluded(state: SpotCheck, e: PensionCheckConcluded, position: int) -> SpotCheck:
    return structs.replace(state, concluded=Recorded(position, e))


def result_of(check: SpotCheck, consultant: str) -> SampledResult:
    """What the latest evidence about one of the sample comes to: all that a conclusion rests on."""
    held = check.evidence.get(consultant)
    if held is None:
        return SampledResult(consultant=consultant, result="not-shown", lacking_ore=0, facts=())
    lacking = max(0, held.event.expected_ore - held.event.paid_ore)
    short = held.event.result == "too-low"
    return SampledResult(
        consultant=consultant,
        result=held.event.result,
        lacking_ore=lacking if short else 0,
        facts=(held.position,),
    )


def sample_size(population: int, share_ppm: int, least: int) -> int:
    """How many to draw: the share of the population rounded up, at least ``least``, at most all."""
    share = -(-population * share_ppm // PPM)
    return min(population, max(least, share))


def sample_of(population: Iterable[str], value: str, size: int) -> tuple[str, ...]:
    """The sample: everybody ordered by SHA-256(value ‖ 0x00 ‖ id), the first ``size`` of them."""

    def key(one: str) -> bytes:
        return hashlib.sha256(value.encode() + b"\x00" + one.encode()).digest()

    return tuple(sorted(set(population), key=key)[:size])


@dataclass(frozen=True, slots=True)
class PremiumTerms:
    """Rates in ppm below and above a threshold, which is in ppm of a year's income base amount (öre)."""

    rate_below: int
    rate_above: int
    threshold: int
    income_bases: Mapping[str, int]
    tolerance_ore: int

    @classmethod
    def of(cls, terms: Mapping[str, Resolved]) -> "PremiumTerms":
        """From resolved values."""
        return cls(
            rate_below=terms["pension.rate-below"].number,
            rate_above=terms["pension.rate-above"].number,
            threshold=terms["pension.threshold"].number,
            income_bases=terms["pension.income-base-amounts"].table,
            tolerance_ore=terms["pension.tolerance"].number,
        )

    def expected(self, pay_ore: int, year: int, months: int) -> int:
        """The premium in öre on the pay of so many months, rounded half up.

        Raises LookupError for a year without an income base amount.
        """
        if str(year) not in self.income_bases:
            raise LookupError(f"pension.income-base-amounts has no year {year}")
        limit = self.income_bases[str(year)] * self.threshold * months // (MONTHS_A_YEAR * PPM)
        below, above = min(pay_ore, limit), max(0, pay_ore - limit)
        return (below * self.rate_below + above * self.rate_above + PPM // 2) // PPM

    def enough(self, paid_ore: int, expected_ore: int) -> bool:
        """Whether what was paid is what was expected, within the tolerance."""
        return paid_ore + self.tolerance_ore >= expected_ore
