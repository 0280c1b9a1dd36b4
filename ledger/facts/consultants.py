"""Whether a consultant id was registered, and by whom. Nothing here depends on who the person is."""

from ledger.events.consultants import ConsultantRegistered
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind

Registered = Recorded[ConsultantRegistered] | None

registrations: FoldKind[Registered] = FoldKind("registrations", "consultant", None)


@registrations.on(ConsultantRegistered)
def _registered(_state: Registered, e: ConsultantRegistered, position: int) -> Registered:
    return Recorded(position, e)
