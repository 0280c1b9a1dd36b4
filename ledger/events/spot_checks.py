"""Events about pension spot checks (stickprov tjänstepension): population, sample, evidence, result.

The sample is drawn from a frozen population by a public value that was fixed afterwards, so that nobody can
steer it and anybody can draw it again. Amounts are öre.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from ledger.events.base import Group, event
from ledger.events.credentials import Proof
from ledger.events.offers import Trust
from ledger.events.policy import TermUsed
from ledger.values import (
    ActorId,
    AgreementId,
    Code,
    ConsultantId,
    Instant,
    LocalDate,
    Ore,
    RegistryNumber,
    SpotCheckId,
    SupplierId,
    Text,
)

EvidenceKind = Literal["statement", "auditor-certificate", "own-company"]
PensionResult = Literal["met", "too-low", "not-shown", "not-owed"]
Months = Annotated[int, Field(ge=1, le=12)]


@event("pension-population-frozen", tags=("spot_check", "supplier"))
class PensionPopulationFrozen:
    """The consultants of a supplier under contract in a half-open period, in order of id, before the draw.

    ``beacon`` and ``round`` name the public value that will draw ``sample_size`` of them. ``facts`` are the
    positions of the contracts.
    """

    spot_check: SpotCheckId
    agreement: AgreementId
    supplier: SupplierId
    registry_number: RegistryNumber
    from_on: LocalDate
    until_on: LocalDate
    population: tuple[ConsultantId, ...]
    sample_size: int
    beacon: Text
    round: int
    frozen_at: Instant
    evidence_by: LocalDate
    facts: tuple[int, ...]
    terms: tuple[TermUsed, ...]


@event("pension-sample-drawn", tags=("spot_check", "supplier"))
class PensionSampleDrawn:
    """The public value, and whom it draws: by SHA-256(value ‖ 0x00 ‖ consultant id), smallest first."""

    spot_check: SpotCheckId
    supplier: SupplierId
    value: Code
    fixed_at: Instant
    sample: tuple[ConsultantId, ...]


@event("pension-evidence-recorded", tags=("spot_check", "supplier"), secrecy="person")
class PensionEvidenceRecorded:
    """What shows the occupational pension of one consultant of the sample, for whole months of one year.

    A statement gives the pensionable pay and what was paid; ``expected_ore`` is what the policy's rates make
    of that pay. An auditor's certificate certifies without amounts; staff of an own company are owed none.
    """

    spot_check: SpotCheckId
    supplier: SupplierId
    consultant: ConsultantId
    kind: EvidenceKind
    year: int
    months: Months
    pay_ore: Ore
    paid_ore: Ore
    expected_ore: Ore
    result: PensionResult
    proof: Proof
    trust: Trust
    facts: tuple[int, ...]
    terms: tuple[TermUsed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledResult:
    """The result for one consultant of the sample, and what is lacking in öre."""

    consultant: ConsultantId
    result: PensionResult
    lacking_ore: Ore
    facts: tuple[int, ...]


@event(
    "pension-check-concluded",
    tags=("spot_check", "supplier"),
    groups=(Group("results", "person", ("results",)),),
)
class PensionCheckConcluded:
    """Somebody concluded a spot check: a result for each of the sample. A deviation is decided apart."""

    spot_check: SpotCheckId
    supplier: SupplierId
    results: tuple[SampledResult, ...] = ()
    reasons: Text
    decided_by: ActorId
    decided_at: Instant
