"""Events about admission: its rounds, twice a year, and how many suppliers a source says there are."""

from ledger.events.base import event
from ledger.events.policy import TermUsed
from ledger.values import AgreementId, LocalDate, LotId, RegistryNumber, Text


@event("admission-round-opened", tags=("agreement",))
class AdmissionRoundOpened:
    """A round in which new suppliers may apply; it is decided ``decide_by`` at the latest (domain 1).

    ``facts`` are the positions of the frozen calendar and the policy the date follows from.
    """

    agreement: AgreementId
    round: str
    lots: tuple[LotId, ...]
    opened_on: LocalDate
    apply_by: LocalDate
    decide_by: LocalDate
    registry_number: RegistryNumber
    facts: tuple[int, ...]
    terms: tuple[TermUsed, ...]


@event("supplier-count-claimed", tags=("agreement",))
class SupplierCountClaimed:
    """A source says how many suppliers, of how many tenders, were admitted; sources differ (domain 1)."""

    agreement: AgreementId
    lot: LotId | None
    on: LocalDate
    suppliers: int
    tenders: int | None
    source: Text
