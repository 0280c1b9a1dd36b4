"""What questions read: the log without what is still sealed, so that no answer can reveal it (domain 7).

An offer is sealed until every position of its order has been awarded (domain 3.2). At a position of the log
where that has not happened, its events are not there for any question, whatever fold would read them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ledger.events.base import EVENTS, SEALED, declared, stored_types
from ledger.facts.orders import orders
from ledger.fold import Fold, FoldKind, Selector
from ledger.handle.reading import event_of, read_folds
from ledger.store.codec import header_of, parse_record
from ledger.store.log import Head, Log, Record, Stored


def seals(stored: str) -> bool:
    """Whether events of a stored type, in any of its versions, are sealed until the award."""
    return stored in _sealed(declared())


def seals_wholly(stored: str) -> bool:
    """The same of events that show nothing before it: an outage is open but for who tried to answer."""
    return stored in _wholly_sealed(declared())


@cache
def _sealed(_declared: int) -> frozenset[str]:
    kinds = (one.cls for one in EVENTS.values() if one.secrecy == SEALED)
    return frozenset(stored for cls in kinds for stored in stored_types(cls))


@cache
def _wholly_sealed(_declared: int) -> frozenset[str]:
    kinds = (one.cls for one in EVENTS.values() if one.groups[0].secrecy == SEALED)
    return frozenset(stored for cls in kinds for stored in stored_types(cls))


def reads_sealed(kind: FoldKind[Any]) -> bool:
    """Whether a fold understands any event that is sealed until the award."""
    return any(seals(stored) for stored in kind.types())


@dataclass(frozen=True, slots=True)
class UnsealedLog:
    """A log as it may be shown at one position; what is opened later is sealed there for ever.

    ``hides`` says of a stored type whether it is not shown while it is sealed.
    """

    log: Log
    upto: int
    hides: Callable[[str], bool] = seals
    opened: dict[str, bool] = field(default_factory=dict, repr=False)  # by order, as far as it was looked up

    def head(self) -> Head:
        """The end of the log."""
        return self.log.head()

    def boundary(
        self, selectors: Sequence[Selector], *, after: int = 0, upto: int | None = None
    ) -> tuple[int, list[Stored]]:
        """(head, the matching events that are not sealed)."""
        head, found = self.log.boundary(selectors, after=after, upto=self.upto if upto is None else upto)
        homes = {one.position: event_of(one).order for one in found if self.hides(one.type)}
        self._look_up(homes.values())
        return head, [one for one in found if one.position not in homes or self.opened[homes[one.position]]]

    def records_at(self, positions: Sequence[int]) -> list[Record]:
        """The whole records at these positions up to the log's, without the sealed ones."""
        found = self.log.records_at([position for position in positions if position <= self.upto])
        sealed = self.sealed_among(found)
        return [one for one in found if one.position not in sealed]

    def sealed_among(self, found: Iterable[Record]) -> frozenset[int]:
        """The positions of those of these records that are sealed here."""
        homes = {one.position: _order_of(one) for one in found if self.hides(one.type)}
        self._look_up(homes.values())
        return frozenset(position for position, order in homes.items() if not self.opened[order])

    def _look_up(self, named: Iterable[str]) -> None:
        folds: Mapping[str, Fold[Any]] = {name: orders(name) for name in set(named) - self.opened.keys()}
        if folds:
            held = read_folds(self.log, folds, upto=self.upto)[1]
            self.opened.update({name: state.opened for name, state in held.items()})


def _order_of(record: Record) -> str:
    tags = header_of(parse_record(record.record).header).tags
    return next(tag for tag in tags if tag.startswith("order:")).removeprefix("order:")
