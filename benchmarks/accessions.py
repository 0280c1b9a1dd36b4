"""A small real decision for both sides: a region joins a lot once, on what is recorded of that region.

Ours is the ledger's own `record-accession`. The library's is the same rule as a slice, with the same two
event types and tags, encoded by msgspec.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.domain import Selector, Slice, Tagged
from eventsourcing.dcb.msgpack import Decision, MessagePackMapper
from eventsourcing.domain import event

from ledger.decisions.parties import RecordAccession
from ledger.events.parties import Entity, RegionAcceded, RegionRegistered

AGREEMENT = "hyr-2024"
_BEGIN, _DECIDED = date(2024, 3, 1), date(2024, 2, 14)


def command(region: str, lot: str) -> RecordAccession:
    """The command, for a lot the region has not joined."""
    return RecordAccession(
        agreement=AGREEMENT, region=region, lot=lot, from_on=_BEGIN, decided_on=_DECIDED,
        decided_by="decider-1", registry_number="RS/1/2024",
    )  # fmt: skip


def history(region: str, events: int) -> Iterator[Any]:
    """What is recorded of a region before: its registration, and lots it joined."""
    entity = Entity(
        authority=f"{region}-rs", name=f"Region {region}", level="region", organisation_number="232100-0214"
    )
    yield RegionRegistered(region=region, name=f"Region {region}", entities=(entity,), source="RS 202203983")
    for n in range(events - 1):
        yield RegionAcceded(
            agreement=AGREEMENT, region=region, lot=f"old-{n}", from_on=_BEGIN, decided_on=_DECIDED,
            decided_by="decider-1", registry_number="RS/1/2024",
        )  # fmt: skip


class Registered(Decision):
    """RegionRegistered as the library keeps it."""

    region: str
    name: str
    entities: list[dict[str, str]]
    source: str


class Acceded(Decision):
    """RegionAcceded as the library keeps it."""

    agreement: str
    region: str
    lot: str
    from_on: date
    decided_on: date
    decided_by: str
    registry_number: str


class Accede(Slice[Decision]):
    """The rule as a slice: advance over the region's events, check, trigger."""

    def __init__(self, asked: RecordAccession) -> None:
        self.asked = asked
        self.registered = False
        self.lots: set[tuple[str, str]] = set()

    def consistency_boundary(self) -> Sequence[Selector]:
        """Both types of event of this region."""
        return [Selector(types=[Registered, Acceded], tags=[f"region:{self.asked.region}"])]

    @event(Registered)
    def _(self, region: str) -> None:
        self.registered = bool(region)

    @event(Acceded)
    def _(self, agreement: str, lot: str) -> None:
        self.lots.add((agreement, lot))

    def execute(self) -> None:
        """Join once, by a decision made no later than it takes effect."""
        asked = self.asked
        if (
            not self.registered
            or (asked.agreement, asked.lot) in self.lots
            or asked.decided_on > asked.from_on
        ):
            raise ValueError("the accession is refused")
        self.trigger_event(
            Acceded, (f"agreement:{asked.agreement}", f"region:{asked.region}"), agreement=asked.agreement,
            region=asked.region, lot=asked.lot, from_on=asked.from_on, decided_on=asked.decided_on,
            decided_by=asked.decided_by, registry_number=asked.registry_number,
        )  # fmt: skip


def for_library(happened: Any) -> DCBEvent:
    """An event of ours as the library's recorder takes it."""
    tags, mapper = [f"region:{happened.region}"], MessagePackMapper()
    if isinstance(happened, RegionAcceded):
        values = {name: getattr(happened, name) for name in Acceded.__struct_fields__}
        return mapper.to_dcb_event(Tagged([f"agreement:{AGREEMENT}", *tags], Acceded(**values)))
    entities = [{"authority": e.authority, "name": e.name, "level": e.level} for e in happened.entities]
    made = Registered(region=happened.region, name=happened.name, entities=entities, source=happened.source)
    return mapper.to_dcb_event(Tagged(tags, made))
