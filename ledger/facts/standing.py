"""A supplier's standing: the measures against it that are in effect at an instant.

A measure takes effect when it is served and not before; it holds through its last date ``ends_on`` (local),
or until it is released. A review date ends nothing by itself. After a termination by notice the agreement
goes on until ``agreement_ends_on``. What a measure does is recorded with it, from the policy of its decision.
"""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct, field
from msgspec.structs import replace

from ledger.events.measures import (
    Charge,
    Decider,
    Effects,
    MeasureDecided,
    MeasureKind,
    MeasureReleased,
    MeasureReviewed,
    MeasureServed,
    Rung,
)
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import FoldKind
from ledger.values import (
    AgreementId,
    Instant,
    LocalDate,
    LotId,
    MeasureId,
    Ore,
    RegionId,
    SupplierId,
    Text,
    local_date,
)


class DecidedSeen(Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What is held of a measure's decision: what it does, where, until when, and what it rests on.

    Its reasons, the considerations beside them and the policy values stay in the event.
    """

    measure: MeasureId
    agreement: AgreementId
    supplier: SupplierId
    lot: LotId
    region: RegionId | None
    rung: Rung
    clause: Text
    relied_on: tuple[int, ...]
    disregarded: tuple[int, ...]
    communicated_at: Instant
    ends_on: LocalDate | None
    review_on: LocalDate | None
    running_assignments: Text
    open_offers: Text
    decided_at: Instant
    decider: Decider
    kind: MeasureKind
    effects: Effects
    amount_ore: Ore | None = None
    charges: tuple[Charge, ...] = ()
    agreement_ends_on: LocalDate | None = None


class MeasureHeld(Struct, frozen=True, array_like=True, gc=False):
    """One measure: its decision, and when it was served, last reviewed and released, if ever."""

    decided: Recorded[DecidedSeen]
    served: Recorded[MeasureServed] | None = None
    released: Recorded[MeasureReleased] | None = None
    reviewed: Recorded[MeasureReviewed] | None = None

    @property
    def ends_on(self) -> date | None:
        """Its last local date, by the last review or by its decision; None where only a review is set."""
        return self.reviewed.event.ends_on if self.reviewed else self.decided.event.ends_on

    @property
    def review_on(self) -> date | None:
        """The local date by which it is to be reviewed next, if any."""
        return self.reviewed.event.review_on if self.reviewed else self.decided.event.review_on

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        return positions_of(self.decided, self.served, self.reviewed, self.released)

    def active(self, at: int) -> bool:
        """Whether it is in effect at an instant (µs)."""
        if self.served is None or at < self.served.event.served_at:
            return False
        if self.released is not None and self.released.event.released_at <= at:
            return False
        starts_on, ends_on = self.decided.event.agreement_ends_on, self._ends_on(at)
        if starts_on is not None and local_date(at) < starts_on:
            return False
        return ends_on is None or local_date(at) <= ends_on

    def _ends_on(self, at: int) -> date | None:
        """Its last date as decided by an instant: a review says nothing of the time before it."""
        reviewed = self.reviewed is not None and self.reviewed.event.reviewed_at <= at
        return self.ends_on if reviewed else self.decided.event.ends_on

    def concerns(self, agreement: str, lot: str, region: str) -> bool:
        """Whether it is about this agreement and lot, and this region or all of them."""
        decision = self.decided.event
        return (decision.agreement, decision.lot) == (agreement, lot) and decision.region in (None, region)


class Standing(Struct, frozen=True, array_like=True, gc=False):
    """Every measure against one supplier, by id, in the order decided."""

    measures: Mapping[str, MeasureHeld] = field(default_factory=dict)

    def active(self, at: int) -> tuple[MeasureHeld, ...]:
        """The measures in effect at an instant (µs)."""
        return tuple(held for held in self.measures.values() if held.active(at))

    def bars(self, agreement: str, lot: str, region: str, at: int) -> tuple[MeasureHeld, ...]:
        """Those in effect that keep the supplier from orders of a lot in a region."""
        return tuple([
            held
            for held in self.measures.values()
            if held.decided.event.effects.bars_orders
            and held.concerns(agreement, lot, region)
            and held.active(at)
        ])  # fmt: skip

    def excludes(self, agreement: str, lot: str, region: str, at: int) -> tuple[MeasureHeld, ...]:
        """Those in effect that exclude the supplier's open offers for a lot in a region from ranking."""
        return tuple([
            held
            for held in self.measures.values()
            if held.decided.event.effects.excludes_offers
            and held.concerns(agreement, lot, region)
            and held.active(at)
        ])  # fmt: skip


standing: FoldKind[Standing] = FoldKind("standing", "supplier", Standing())


@standing.on(MeasureDecided, reads=DecidedSeen)
def _decided(state: Standing, e: DecidedSeen, position: int) -> Standing:
    return Standing({**state.measures, e.measure: MeasureHeld(Recorded(position, e))})


@standing.on(MeasureServed)
def _served(state: Standing, e: MeasureServed, position: int) -> Standing:
    held = replace(state.measures[e.measure], served=Recorded(position, e))
    return Standing({**state.measures, e.measure: held})


@standing.on(MeasureReviewed)
def _reviewed(state: Standing, e: MeasureReviewed, position: int) -> Standing:
    held = replace(state.measures[e.measure], reviewed=Recorded(position, e))
    return Standing({**state.measures, e.measure: held})


@standing.on(MeasureReleased)
def _released(state: Standing, e: MeasureReleased, position: int) -> Standing:
    held = replace(state.measures[e.measure], released=Recorded(position, e))
    return Standing({**state.measures, e.measure: held})
