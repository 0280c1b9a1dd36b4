"""Events about agreements: two of them run side by side when one follows the other (domain 1)."""

from ledger.events.base import event
from ledger.values import AgreementId, LocalDate, LotId, Ore, RegistryNumber, Text


@event("agreement-registered", tags=("agreement",))
class AgreementRegistered:
    """A framework agreement: when orders may be placed under it, and its lots.

    An assignment may outlive it. ``ceiling_ore`` is its ceiling in öre, where one is published.
    """

    agreement: AgreementId
    name: Text
    contracting_authority: Text
    from_on: LocalDate
    until_on: LocalDate
    lots: tuple[LotId, ...]
    ceiling_ore: Ore | None
    replaces: AgreementId | None
    registry_number: RegistryNumber
    source: Text
