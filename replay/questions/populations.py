"""Populations: every supplier, every contract, every order sent, reached by walking from key to key.

There is no scan of the log: each step is a fold of one key, an index look-up whose cost is what it finds. An
agreement knows its suppliers by their admissions and its regions by their accessions, a region its units, a
supplier its contracts and the orders it was sent. A question takes a step with ``yield from``.
"""

from collections.abc import Iterable, Mapping

from ledger.events.orders import OrderRecipientNotified
from ledger.events.parties import CareUnitRegistered, RegionAcceded
from ledger.facts.admissions import admissions
from ledger.facts.recorded import Recorded
from ledger.facts.supplier_contracts import Contracts, supplier_contracts
from ledger.fold import FoldKind
from replay.questions.base import Asking

sent_orders: FoldKind[tuple[str, ...]] = FoldKind("orders-sent-to-supplier", "supplier", ())


@sent_orders.on(OrderRecipientNotified)
def _sent(state: tuple[str, ...], e: OrderRecipientNotified, _position: int) -> tuple[str, ...]:
    return (*state, e.order)


Accessions = tuple[Recorded[RegionAcceded], ...]

accessions: FoldKind[Accessions] = FoldKind("accessions-to-agreement", "agreement", ())


@accessions.on(RegionAcceded)
def _acceded(state: Accessions, e: RegionAcceded, position: int) -> Accessions:
    return (*state, Recorded(position, e))


units_of_region: FoldKind[tuple[str, ...]] = FoldKind("units-of-region", "region", ())


@units_of_region.on(CareUnitRegistered)
def _unit(state: tuple[str, ...], e: CareUnitRegistered, _position: int) -> tuple[str, ...]:
    return (*state, e.unit)


def suppliers_of(agreement: str) -> Asking[tuple[str, ...]]:
    """Every supplier admitted anywhere under an agreement, sorted."""
    found = yield admissions(agreement)
    return tuple(sorted({one.event.supplier for held in found.by_place.values() for one in held}))


def regions_of(agreement: str) -> Asking[tuple[str, ...]]:
    """Every region that joined an agreement for any lot, sorted."""
    found: Accessions = yield accessions(agreement)
    return tuple(sorted({one.event.region for one in found}))


def contracts_of(agreement: str, suppliers: Iterable[str] | None = None) -> Asking[Contracts]:
    """Every contract under an agreement, in the order of the log; of these suppliers only, or of all."""
    named = (yield from suppliers_of(agreement)) if suppliers is None else sorted(set(suppliers))
    held: Mapping[str, Contracts] = yield {name: supplier_contracts(name) for name in named}
    found = (one for each in held.values() for one in each if one.event.agreement == agreement)
    return tuple(sorted(found, key=lambda one: one.position))


def orders_of(agreement: str, suppliers: Iterable[str] | None = None) -> Asking[tuple[str, ...]]:
    """Every order that was sent to a supplier of an agreement, sorted; to these suppliers only, or to any."""
    named = (yield from suppliers_of(agreement)) if suppliers is None else sorted(set(suppliers))
    held: Mapping[str, tuple[str, ...]] = yield {name: sent_orders(name) for name in named}
    return tuple(sorted({order for each in held.values() for order in each}))
