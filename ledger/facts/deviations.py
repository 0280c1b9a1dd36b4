"""One deviation from report to breach notice. The ladder folds the same steps by supplier."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ledger.events.deviations import (
    BreachNoticeServed,
    DeviationCommunicated,
    DeviationDecided,
    DeviationReplied,
    DeviationReported,
    DeviationWithdrawn,
)
from ledger.events.policy import TermUsed
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import FoldKind
from ledger.values import (
    AgreementId,
    AssignmentId,
    AuthorityId,
    Code,
    DeviationId,
    Instant,
    LocalDate,
    LotId,
    RegionId,
    SupplierId,
    Text,
    UnitId,
    local_date,
)


class ReportedSeen(Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What is held of a report: what was departed from, by whom, where and when, and how severe it was."""

    deviation: DeviationId
    agreement: AgreementId
    supplier: SupplierId
    region: RegionId
    authority: AuthorityId
    lot: LotId
    unit: UnitId | None
    assignment: AssignmentId | None
    kind: Code
    severity: int
    occurred_on: LocalDate
    cause: Code
    clause: Text = "20.3"


class CommunicatedSeen(Struct, frozen=True, array_like=True, gc=False):
    """What is held of a communication: when it was, until when the supplier may reply, by which values."""

    deviation: DeviationId
    communicated_at: Instant
    reply_by: Instant
    terms: tuple[TermUsed, ...] = ()


class RepliedSeen(Struct, frozen=True, array_like=True, gc=False):
    """What is held of a reply: that there is one."""

    deviation: DeviationId
    replied_at: Instant


class DecidedSeen(Struct, frozen=True, array_like=True, gc=False):
    """What is held of a decision: which, and when."""

    deviation: DeviationId
    upheld: bool
    decided_at: Instant


class WithdrawnSeen(Struct, frozen=True, array_like=True, gc=False):
    """What is held of a withdrawal: when."""

    deviation: DeviationId
    withdrawn_at: Instant


class NoticedSeen(Struct, frozen=True, array_like=True, gc=False):
    """What is held of a breach notice: when it reached the supplier, and under which clause."""

    deviation: DeviationId
    served_at: Instant
    clause: Text


DeviationEvent = ReportedSeen | CommunicatedSeen | RepliedSeen | DecidedSeen | WithdrawnSeen | NoticedSeen
SEEN: Mapping[type[Any], type[Struct]] = MappingProxyType({
    DeviationReported: ReportedSeen,
    DeviationCommunicated: CommunicatedSeen,
    DeviationReplied: RepliedSeen,
    DeviationDecided: DecidedSeen,
    DeviationWithdrawn: WithdrawnSeen,
    BreachNoticeServed: NoticedSeen,
})  # fmt: skip


class Deviation(Struct, frozen=True, array_like=True, gc=False):
    """One deviation and each step it has taken."""

    reported: Recorded[ReportedSeen] | None = None
    communicated: Recorded[CommunicatedSeen] | None = None
    replied: Recorded[RepliedSeen] | None = None
    decided: Recorded[DecidedSeen] | None = None
    withdrawn: Recorded[WithdrawnSeen] | None = None
    noticed: Recorded[NoticedSeen] | None = None

    @property
    def upheld(self) -> bool:
        """Whether it was decided, upheld, and not taken back since."""
        return self.decided is not None and self.decided.event.upheld and self.withdrawn is None

    def noticed_on(self) -> date | None:
        """The local date the breach notice reached the supplier."""
        return None if self.noticed is None else local_date(self.noticed.event.served_at)

    def positions(self) -> tuple[int, ...]:
        """The positions of its events."""
        return positions_of(
            self.reported, self.communicated, self.replied, self.decided, self.withdrawn, self.noticed
        )  # fmt: skip

    def after(self, e: DeviationEvent, position: int) -> "Deviation":
        """The deviation after one more step."""
        match e:
            case ReportedSeen():
                return replace(self, reported=Recorded(position, e))
            case CommunicatedSeen():
                return replace(self, communicated=Recorded(position, e))
            case RepliedSeen():
                return replace(self, replied=Recorded(position, e))
            case DecidedSeen():
                return replace(self, decided=Recorded(position, e))
            case WithdrawnSeen():
                return replace(self, withdrawn=Recorded(position, e))
            case NoticedSeen():
                return replace(self, noticed=Recorded(position, e))


deviations: FoldKind[Deviation] = FoldKind("deviations", "deviation", Deviation())


def _stepped(state: Deviation, e: DeviationEvent, position: int) -> Deviation:
    return state.after(e, position)


for _event, _seen in SEEN.items():
    deviations.on(_event, reads=_seen)(_stepped)
