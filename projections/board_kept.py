"""How a kept order comes back: quickly, since a list asks for a thousand of them.

The terms of an award are many, and the same for most awards of a time and place; so the same bytes come back
as the same objects. An offer's versions are of two types, which only their own fields tell apart.
"""

from functools import lru_cache
from typing import Any, get_type_hints

import msgspec
from msgspec import Raw, Struct, defstruct

from ledger.events.awards import OrderAwarded
from ledger.events.offers import OfferCorrected, OfferReceived, OfferWithdrawn
from ledger.events.policy import TermUsed
from ledger.facts.orders import AwardHeld, OfferHeld, OrderHeld
from ledger.facts.recorded import Recorded

TERMS_MAX = 1_024


def _alike(cls: type[Any], **others: Any) -> type[Any]:
    """A Struct with the fields of a class, some of them of another type."""
    hints = get_type_hints(cls, include_extras=True)
    return defstruct(f"_{cls.__name__}", [(name, others.get(name, hints[name])) for name in hints], gc=False)


_Awarded = _alike(OrderAwarded, terms=Raw)
_Award = _alike(AwardHeld, awarded=Recorded[_Awarded])  # type: ignore[valid-type]
_Order = _alike(OrderHeld, offers=dict[str, Raw], awards=list[_Award])  # type: ignore[valid-type]
_kept = msgspec.json.Decoder(_Order).decode


class _Offer(Struct, gc=False):
    versions: tuple[Recorded[Raw], ...]
    withdrawn: Recorded[OfferWithdrawn] | None


_offer = msgspec.json.Decoder(_Offer).decode
_received, _corrected = (
    msgspec.json.Decoder(OfferReceived).decode,
    msgspec.json.Decoder(OfferCorrected).decode,
)
_terms = lru_cache(TERMS_MAX)(msgspec.json.Decoder(tuple[TermUsed, ...]).decode)


def restored(kept: bytes) -> OrderHeld:
    """A kept order."""
    held = msgspec.structs.asdict(_kept(kept))
    held["offers"] = {offer: _offer_of(one) for offer, one in held["offers"].items()}
    held["awards"] = tuple(_award_of(one) for one in held["awards"])
    return OrderHeld(**held)


def _award_of(kept: Any) -> AwardHeld:
    award, event = msgspec.structs.asdict(kept), msgspec.structs.asdict(kept.awarded.event)
    event["terms"] = _terms(bytes(event["terms"]))
    award["awarded"] = Recorded(kept.awarded.position, OrderAwarded(**event))
    return AwardHeld(**award)


def _offer_of(kept: Raw) -> OfferHeld:
    held = _offer(kept)
    return OfferHeld(tuple(_version(one) for one in held.versions), held.withdrawn)


def _version(kept: Recorded[Raw]) -> Recorded[OfferReceived] | Recorded[OfferCorrected]:
    if b'"restarted":' in bytes(kept.event):  # within a text its quotes would be escaped
        return Recorded(kept.position, _corrected(kept.event))
    return Recorded(kept.position, _received(kept.event))
