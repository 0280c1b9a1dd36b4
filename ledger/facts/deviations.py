"""One deviation from report to breach notice. The ladder folds the same steps by supplier."""

from datetime import date

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
from ledger.facts.recorded import Recorded, positions_of
from ledger.fold import FoldKind
from ledger.values import (
    AgreementId,
    AssignmentId,
    AuthorityId,
    Code,
    DeviationId,
    LocalDate,
    LotId,
    RegionId,
    SupplierId,
    Text,
    UnitId,
    local_date,
)


class ReportedSeen(Struct, frozen=True, kw_only=True, gc=False):
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


DeviationEvent = (
    ReportedSeen
    | DeviationCommunicated
    | DeviationReplied
    | DeviationDecided
    | DeviationWithdrawn
    | BreachNoticeServed
)


class Deviation(Struct, frozen=True, gc=False):
    """One deviation and each step it has taken."""

    reported: Recorded[ReportedSeen] | None = None
    communicated: Recorded[DeviationCommunicated] | None = None
    replied: Recorded[DeviationReplied] | None = None
    decided: Recorded[DeviationDecided] | None = None
    withdrawn: Recorded[DeviationWithdrawn] | None = None
    noticed: Recorded[BreachNoticeServed] | None = None

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
            case DeviationCommunicated():
                return replace(self, communicated=Recorded(position, e))
            case DeviationReplied():
                return replace(self, replied=Recorded(position, e))
            case DeviationDecided():
                return replace(self, decided=Recorded(position, e))
            case DeviationWithdrawn():
                return replace(self, withdrawn=Recorded(position, e))
            case BreachNoticeServed():
                return replace(self, noticed=Recorded(position, e))


deviations: FoldKind[Deviation] = FoldKind("deviations", "deviation", Deviation())


@deviations.on(DeviationReported, reads=ReportedSeen)
@deviations.on(
    DeviationCommunicated, DeviationReplied, DeviationDecided, DeviationWithdrawn, BreachNoticeServed
)
def _stepped(state: Deviation, e: DeviationEvent, position: int) -> Deviation:
    return state.after(e, position)
