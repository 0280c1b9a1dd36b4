"""A booking made outside the agreement, recorded with the terms it keeps."""

from ledger.events.accessions import EarlierBookingRecorded
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind

bookings: FoldKind[Recorded[EarlierBookingRecorded] | None] = FoldKind("bookings", "booking", None)


@bookings.on(EarlierBookingRecorded)
def _booking(
    _state: Recorded[EarlierBookingRecorded] | None, e: EarlierBookingRecorded, position: int
) -> Recorded[EarlierBookingRecorded] | None:
    return Recorded(position, e)
