"""Reading D of the 18-month period: linked orders at one unit, one following the other (domain 6, S4)."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from ledger.events.shape import shaped
from ledger.facts.worked_shifts import AssignmentTime, Contract, WorkedTime
from ledger.values import plus_months


class Proposed(Struct, frozen=True):
    """An assignment that is not concluded yet: its half-open period and the order it follows."""

    from_on: date
    until_on: date
    follows: str | None = None


@shaped
class Chain:
    """Reading D: linked orders at one unit together last at most the months from their first date.

    Adds months. Days are those of the linked contracts together, overlaps once, cancellations cut off.
    ``unseen`` is an order the first one follows that this consultant had no contract for.
    """

    orders: tuple[str, ...]
    first_on: date
    days: int
    days_max: int
    too_long: bool
    unseen: str | None
    facts: tuple[int, ...]


def chain(
    states: Sequence[WorkedTime], on: date, unit: str, months: int, proposed: Proposed | None = None
) -> Chain | None:
    """Reading D: the chain up to the proposed assignment, or to the latest contract begun by the date."""
    return chain_of(at_unit(states, unit), on, months, proposed)


def at_unit(states: Sequence[WorkedTime], unit: str) -> Sequence[AssignmentTime]:
    """The assignments at a unit, of one human: the states are those of all the human's ids."""
    return [one for state in states for one in state.assignments.values() if one.unit == unit]


def chain_of(
    there: Sequence[AssignmentTime], on: date, months: int, proposed: Proposed | None = None
) -> Chain | None:
    """The same of the assignments at the unit."""
    begun = [one for one in there if (own := one.contract) is not None and own.from_on <= on]
    if len(begun) == 1 and proposed is None:
        return _alone(begun[0].order, begun[0].contract, months)
    held = _contracts(begun)
    orders = _linked(held, proposed.follows if proposed else _latest(held)) if held else ()
    contracts = [one for order in orders for one in held[order]]
    spans = [(one.from_on, ends) for one in contracts if (ends := one.ends_on) > one.from_on]
    spans += [(proposed.from_on, proposed.until_on)] if proposed else []
    if not spans:
        return None
    return _chain(orders, contracts, min(spans)[0], _days(spans), months, _unseen(held, orders, proposed))


def _alone(order: str, contract: Contract | None, months: int) -> Chain | None:
    """Of one contract: most units have no more of one human."""
    if contract is None:
        return None
    first, days = contract.from_on, (contract.ends_on - contract.from_on).days
    if days <= 0:
        return None
    days_max = (plus_months(first, months) - first).days
    unseen, cancelled = contract.follows, contract.cancelled
    return Chain(
        orders=(order,), first_on=first, days=days, days_max=days_max, too_long=days > days_max,
        unseen=None if unseen == order else unseen,
        facts=(contract.position,) if cancelled is None else (contract.position, cancelled),
    )  # fmt: skip


def _chain(
    orders: tuple[str, ...],
    contracts: list[Contract],
    first: date,
    days: int,
    months: int,
    unseen: str | None,
) -> Chain:
    days_max = (plus_months(first, months) - first).days
    return Chain(
        orders=orders,
        first_on=first,
        days=days,
        days_max=days_max,
        too_long=days > days_max,
        unseen=unseen,
        facts=tuple(sorted([p for c in contracts for p in (c.position, c.cancelled) if p is not None])),
    )


Held = Mapping[str, tuple[Contract, ...]]


def _contracts(begun: Sequence[AssignmentTime]) -> Held:
    """The contracts by order."""
    found: dict[str, tuple[Contract, ...]] = {}
    for held in begun:
        if held.contract is not None:
            found[held.order] = (*found.get(held.order, ()), held.contract)
    return found


def _latest(held: Held) -> str | None:
    if len(held) <= 1:
        return next(iter(held), None)
    return max([(c.from_on, c.position, order) for order, own in held.items() for c in own])[2]


def _linked(held: Held, last: str | None) -> tuple[str, ...]:
    """The orders of a chain, oldest first, followed back from its last; a circle ends it."""
    found: list[str] = []
    while last is not None and last in held and last not in found:
        found.append(last)
        last = _followed(held, last)
    return tuple(reversed(found))


def _followed(held: Held, order: str) -> str | None:
    for contract in held[order]:
        if contract.follows is not None:
            return contract.follows
    return None


def _unseen(held: Held, orders: tuple[str, ...], proposed: Proposed | None) -> str | None:
    before = _followed(held, orders[0]) if orders else proposed.follows if proposed else None
    return before if before not in held else None


def _days(spans: list[tuple[date, date]]) -> int:
    """Days of half-open spans together, overlaps once."""
    if len(spans) == 1:
        return max(0, (spans[0][1] - spans[0][0]).days)
    total, reached = 0, date.min
    for begin, end in sorted(spans):
        total += max(0, (end - max(begin, reached)).days)
        reached = max(reached, end)
    return total
