"""A measure takes effect when it is served, and ends before its time when somebody releases it."""

from dataclasses import dataclass
from typing import Protocol

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_mandate, require_past
from ledger.decisions.measure_refusals import (
    MeasureNotServed,
    MeasureReleasedAlready,
    MeasureServedAlready,
    MeasureUnknown,
    ServedBeforeDecided,
)
from ledger.decisions.measures import CENTRAL, REGIONAL
from ledger.decisions.refusals import InstantAhead
from ledger.events.measures import Decider, MeasureReleased, MeasureServed
from ledger.facts.mandates import Mandate
from ledger.facts.measures import measures
from ledger.facts.recorded import positions_of
from ledger.facts.standing import MeasureHeld
from ledger.values import AuthorityId, Code, Instant, MeasureId, Text


@command
class ServeMeasure:
    """Record that a measure reached the supplier; it takes effect with that."""

    measure: MeasureId
    channel: Code
    served_at: Instant | None = None


@command
class ReleaseMeasure:
    """Lift a measure before its end."""

    measure: MeasureId
    employer: AuthorityId
    delegation: Text
    conflict_of_interest: Text
    reasons: Text


class _Names(Protocol):
    @property
    def measure(self) -> str: ...


@dataclass(frozen=True, slots=True)
class EffectFacts:
    """The mandate, and the measure as it stands."""

    mandate: Mandate
    measure: MeasureHeld | None


def _facts(command: _Names, context: Context) -> Asking[EffectFacts]:
    mandate = yield from mandate_of(context)
    held = yield measures(command.measure)
    return EffectFacts(mandate, held)


def _require_held(mandate: Mandate, held: MeasureHeld | None, name: str, context: Context) -> MeasureHeld:
    """The measure, if it was decided and the actor may act on it."""
    if held is None:
        raise MeasureUnknown(f"no measure {name} was decided", "measure")
    decision = held.decided.event
    roles = REGIONAL if decision.region else CENTRAL
    place = (decision.agreement, decision.region or "", "")
    require_mandate(mandate, context, roles, place, context.received_at)
    return held


def require_in_effect(
    mandate: Mandate, measure: MeasureHeld | None, name: str, context: Context
) -> MeasureHeld:
    """The measure, if it was served and not released, and the actor may act on it."""
    held = _require_held(mandate, measure, name, context)
    if held.served is None:
        raise MeasureNotServed(f"{name} never took effect", "measure", held.positions())
    if held.released is not None:
        raise MeasureReleasedAlready(f"{name} is lifted", "measure", positions_of(held.released))
    return held


@decides(
    ServeMeasure,
    facts=_facts,
    example={"measure": "me-1", "channel": "registered-letter"},
    raises=(*MANDATE_REFUSALS, MeasureUnknown, MeasureServedAlready, ServedBeforeDecided, InstantAhead),
)
def serve_measure(command: ServeMeasure, facts: EffectFacts, context: Context) -> Ruling:
    """A measure is served once, not before its decision and not in the future."""
    held = _require_held(facts.mandate, facts.measure, command.measure, context)
    decision = held.decided.event
    if held.served is not None:
        raise MeasureServedAlready(f"{command.measure} is served", "measure", positions_of(held.served))
    at = context.received_at if command.served_at is None else command.served_at
    require_past(at, context, "served_at")
    if at < decision.decided_at:
        raise ServedBeforeDecided("the decision is later", "served_at", positions_of(held.decided))
    event = MeasureServed(
        measure=command.measure, supplier=decision.supplier, served_at=at, channel=command.channel
    )
    return Ruling((event,), authority_of(held))


@decides(
    ReleaseMeasure,
    facts=_facts,
    example={
        "measure": "me-1",
        "employer": "jamtland-harjedalen-region",
        "delegation": "RS/7/2026",
        "conflict_of_interest": "None declared",
        "reasons": "The supplier has shown that its action plan works",
    },
    raises=(*MANDATE_REFUSALS, MeasureUnknown, MeasureNotServed, MeasureReleasedAlready),
)
def release_measure(command: ReleaseMeasure, facts: EffectFacts, context: Context) -> Ruling:
    """A measure that took effect is lifted once, with reasons."""
    held = require_in_effect(facts.mandate, facts.measure, command.measure, context)
    event = MeasureReleased(
        measure=command.measure,
        supplier=held.decided.event.supplier,
        released_at=context.decided_at,
        decider=Decider(
            actor=context.actor,
            employer=command.employer,
            delegation=command.delegation,
            conflict_of_interest=command.conflict_of_interest,
        ),
        reasons=command.reasons,
    )
    return Ruling((event,), authority_of(held))


def authority_of(held: MeasureHeld) -> str | None:
    """The authority that decided a regional measure; a national one is central management's."""
    return held.decided.event.decider.employer if held.decided.event.region else None
