"""The command that decides a contractual measure, and what its rule knows when it is judged."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.decisions.base import Context, command
from ledger.decisions.guards import assumed
from ledger.events.measures import KINDS_OF, MeasureKind, Rung
from ledger.facts.ladder import Ladder
from ledger.facts.ladder_counting import Counted
from ledger.facts.ladder_reading import LadderReading
from ledger.policy.model import Resolved
from ledger.values import (
    AgreementId,
    AuthorityId,
    Instant,
    LocalDate,
    LotId,
    MeasureId,
    Ore,
    RegionId,
    RegistryNumber,
    SupplierId,
    Text,
)


@command
class DecideMeasure:
    """Decide a step on the ladder for a supplier, up or down; it takes effect when served.

    ``relied_on`` and ``disregarded`` are positions of events of deviations; ``region`` is empty nationally.
    ``kind`` may be left out where the rung leaves one choice; ``amount_ore`` where the policy's is charged.
    """

    measure: MeasureId
    agreement: AgreementId
    supplier: SupplierId
    lot: LotId
    region: RegionId | None = None
    rung: Rung
    kind: MeasureKind | None = None
    contracting_party: Text
    registry_number: RegistryNumber
    clause: Text
    relied_on: tuple[int, ...]
    disregarded: tuple[int, ...] = ()
    communicated_at: Instant
    reply_by: Instant
    replied_at: Instant | None = None
    reasons: Text
    alternatives: Text
    proportionality: Text
    amount_ore: Ore | None = None
    ends_on: LocalDate | None = None
    review_on: LocalDate | None = None
    agreement_ends_on: LocalDate | None = None
    running_assignments: Text
    open_offers: Text
    employer: AuthorityId
    delegation: Text
    conflict_of_interest: Text
    board_reported_on: LocalDate | None = None
    noticeboard_on: LocalDate | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """A measure under decision: the command, its kind, the supplier's ladder then, and the policy's terms."""

    command: DecideMeasure
    kind: MeasureKind
    ladder: Ladder
    reading: LadderReading
    terms: Mapping[str, Resolved]
    context: Context

    def there(self) -> tuple[Counted, ...]:
        """The deviations that count where the measure is decided."""
        return tuple(one for one in self.reading.counting if self.command.region in (None, one.region))

    def relied(self) -> tuple[Counted, ...]:
        """Those of them that the measure relies on."""
        named = set(self.command.relied_on)
        return tuple(one for one in self.there() if named & set(one.positions))

    def assumed(self) -> tuple[str, ...]:
        """The terms whose values nobody has published."""
        return assumed(*self.terms.values())

    def indicated(self) -> Rung:
        """The rung the ladder indicates there; the decision may differ, with reasons."""
        if self.command.region is None:
            return self.reading.national_indicated
        region = self.reading.region(self.command.region)
        return region.indicated if region else "none"


def kind_of(command: DecideMeasure) -> MeasureKind | None:
    """The kind of measure: the one named if it fits the rung, or the only one that does; else None."""
    fitting = KINDS_OF[command.rung]
    if command.kind is None:
        return fitting[0] if len(fitting) == 1 else None
    return command.kind if command.kind in fitting else None
