"""Pension spot checks: freezing a supplier's population, and drawing a sample that anybody can draw again."""

from dataclasses import dataclass
from datetime import timedelta

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    latest_book,
    mandate_of,
    require_mandate,
    require_past,
    resolve_terms,
)
from ledger.decisions.records import PeriodEmpty
from ledger.decisions.refusals import InstantAhead, PolicyMissing, PolicyTermMissing
from ledger.decisions.spot_check_refusals import (
    PopulationEmpty,
    SampleDrawnAlready,
    SampleNotAsFrozen,
    SampleValueTooEarly,
    SpotCheckTaken,
    SpotCheckUnknown,
)
from ledger.events.assignments import ContractConcluded
from ledger.events.spot_checks import PensionPopulationFrozen, PensionSampleDrawn
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded
from ledger.facts.spot_checks import SAMPLE_TERMS, SpotCheck, sample_of, sample_size, spot_checks
from ledger.facts.supplier_contracts import Contracts, supplier_contracts
from ledger.policy.model import Library, Scope, used_terms
from ledger.values import (
    AgreementId,
    Code,
    Instant,
    LocalDate,
    RegistryNumber,
    SpotCheckId,
    SupplierId,
    Text,
    instant_text,
    local_date,
)

CENTRAL = frozenset({"central-contract-management"})


@command
class FreezePensionPopulation:
    """Freeze whom a pension spot check is about: a supplier's consultants under contract in a period.

    ``beacon`` and ``round`` name the public value, fixed later, that will draw the sample.
    """

    spot_check: SpotCheckId
    agreement: AgreementId
    supplier: SupplierId
    registry_number: RegistryNumber
    from_on: LocalDate
    until_on: LocalDate
    beacon: Text
    round: int


@command
class DrawPensionSample:
    """Record the public value that a frozen population named, which draws the sample."""

    spot_check: SpotCheckId
    beacon: Text
    round: int
    value: Code
    fixed_at: Instant


@dataclass(frozen=True, slots=True)
class FreezeFacts:
    """The mandate, the id's earlier spot check, the policy, and the supplier's contracts."""

    mandate: Mandate
    earlier: SpotCheck
    library: Library
    contracts: Contracts


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """The mandate and the spot check."""

    mandate: Mandate
    check: SpotCheck


def _freeze_facts(command: FreezePensionPopulation, context: Context) -> Asking[FreezeFacts]:
    mandate = yield from mandate_of(context)
    earlier = yield spot_checks(command.spot_check)
    library = yield policies(command.agreement)
    contracts = yield supplier_contracts(command.supplier)
    return FreezeFacts(mandate, earlier, library, contracts)


def _draw_facts(command: DrawPensionSample, context: Context) -> Asking[CheckFacts]:
    mandate = yield from mandate_of(context)
    check = yield spot_checks(command.spot_check)
    return CheckFacts(mandate, check)


@decides(
    FreezePensionPopulation,
    facts=_freeze_facts,
    example={
        "spot_check": "sc-1",
        "agreement": "hyr-2024",
        "supplier": "s-exempel-ett",
        "registry_number": "RS/310/2025",
        "from_on": "2025-01-01",
        "until_on": "2025-07-01",
        "beacon": "public-beacon",
        "round": 5120,
    },
    raises=(
        *MANDATE_REFUSALS,
        SpotCheckTaken,
        PeriodEmpty,
        PolicyMissing,
        PolicyTermMissing,
        PopulationEmpty,
    ),
)
def freeze_pension_population(
    command: FreezePensionPopulation, facts: FreezeFacts, context: Context
) -> Ruling:
    """Central contract management freezes everybody under contract, so that the draw can be repeated."""
    require_mandate(facts.mandate, context, CENTRAL, (command.agreement, "", ""), context.received_at)
    if facts.earlier.frozen is not None:
        raise SpotCheckTaken(f"{command.spot_check} exists", "spot_check", facts.earlier.positions())
    if command.until_on <= command.from_on:
        raise PeriodEmpty(f"{command.from_on} until {command.until_on}", "until_on")
    book = latest_book(facts.library, command.agreement)
    terms = resolve_terms(book, SAMPLE_TERMS, context.decided_at, Scope())
    held = [one for one in facts.contracts if _within(one, command)]
    population = tuple(sorted({one.event.consultant for one in held}))
    if not population:
        detail = f"no contract of {command.supplier} from {command.from_on} until {command.until_on}"
        raise PopulationEmpty(detail, "supplier")
    size = sample_size(
        len(population), terms["pension.sample-share"].number, terms["pension.sample-min"].number
    )
    reply = timedelta(days=terms["pension.reply-days"].number)
    frozen = PensionPopulationFrozen(
        spot_check=command.spot_check,
        agreement=command.agreement,
        supplier=command.supplier,
        registry_number=command.registry_number,
        from_on=command.from_on,
        until_on=command.until_on,
        population=population,
        sample_size=size,
        beacon=command.beacon,
        round=command.round,
        frozen_at=context.decided_at,
        evidence_by=local_date(context.decided_at) + reply,
        facts=tuple(one.position for one in held),
        terms=used_terms(terms.values()),
    )
    return Ruling((frozen,), None, tuple(terms.values()))


def _within(one: Recorded[ContractConcluded], command: FreezePensionPopulation) -> bool:
    contract = one.event
    same = contract.agreement == command.agreement
    return same and contract.from_on < command.until_on and command.from_on < contract.until_on


@decides(
    DrawPensionSample,
    facts=_draw_facts,
    example={
        "spot_check": "sc-1",
        "beacon": "public-beacon",
        "round": 5120,
        "value": "8f3a51c0de",
        "fixed_at": "2025-09-02T12:00:00+02:00",
    },
    raises=(
        SpotCheckUnknown,
        *MANDATE_REFUSALS,
        SampleDrawnAlready,
        SampleNotAsFrozen,
        SampleValueTooEarly,
        InstantAhead,
    ),
)
def draw_pension_sample(command: DrawPensionSample, facts: CheckFacts, context: Context) -> Ruling:
    """Once, by the value that was named before and fixed after the population was frozen."""
    frozen = require_frozen(facts.check, command.spot_check)
    population = frozen.event
    require_mandate(facts.mandate, context, CENTRAL, (population.agreement, "", ""), context.received_at)
    if facts.check.drawn is not None:
        detail = f"{command.spot_check} is drawn"
        raise SampleDrawnAlready(detail, "spot_check", (facts.check.drawn.position,))
    if (command.beacon, command.round) != (population.beacon, population.round):
        detail = f"{command.beacon} {command.round}, not {population.beacon} {population.round}"
        raise SampleNotAsFrozen(detail, "round", (frozen.position,))
    if command.fixed_at <= population.frozen_at:
        fixed, before = instant_text(command.fixed_at), instant_text(population.frozen_at)
        raise SampleValueTooEarly(f"fixed {fixed}, frozen {before}", "fixed_at", (frozen.position,))
    require_past(command.fixed_at, context, "fixed_at")
    drawn = PensionSampleDrawn(
        spot_check=command.spot_check,
        supplier=population.supplier,
        value=command.value,
        fixed_at=command.fixed_at,
        sample=sample_of(population.population, command.value, population.sample_size),
    )
    return Ruling((drawn,))


def require_frozen(check: SpotCheck, spot_check: str) -> Recorded[PensionPopulationFrozen]:
    """The population of a spot check. Refuses one that was never frozen."""
    if check.frozen is None:
        raise SpotCheckUnknown(f"no population was frozen as {spot_check}", "spot_check")
    return check.frozen
