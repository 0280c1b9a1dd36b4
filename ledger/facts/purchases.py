"""Whether the agreement covers what was bought outside it: a scope question, answered from dated facts."""

from datetime import date
from typing import Protocol

from ledger.events.purchases import PurchaseKind, PurchaseReported
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind
from ledger.policy.model import Resolved

OUTSIDE, LAWFUL = "scope.specialities-outside", "purchase.lawful-reasons"


class Purchase(Protocol):
    """What of a purchase its kind depends on."""

    @property
    def speciality(self) -> str:
        """The speciality bought."""
        ...

    @property
    def booked_on(self) -> date:
        """When it was booked."""
        ...

    @property
    def from_on(self) -> date:
        """The first day bought."""
        ...


def purchase_kind(bought: Purchase, joined_on: date | None, outside: Resolved) -> PurchaseKind:
    """Outside the agreement's scope, booked before the region joined the lot, or covered by the agreement.

    ``outside`` lists the specialities left out on the first day bought; ``joined_on`` is the date
    from which the region has joined the lot, None while it has not.
    """
    if bought.speciality in outside.words:
        return "outside-scope"
    if joined_on is None or bought.booked_on < joined_on:
        return "before-accession"
    return "within-scope"


def is_lawful(kind: PurchaseKind, lawful: Resolved) -> bool:
    """Whether a purchase of this kind is no disloyalty to the agreement."""
    return kind in lawful.words


purchases: FoldKind[Recorded[PurchaseReported] | None] = FoldKind("purchases", "purchase", None)


@purchases.on(PurchaseReported)
def _reported(
    _state: Recorded[PurchaseReported] | None, e: PurchaseReported, position: int
) -> Recorded[PurchaseReported]:
    return Recorded(position, e)
