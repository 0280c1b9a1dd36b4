"""Routes.

Which handlers an event reaches, found once per stored type, so that a replay decodes only what is handled.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any

import msgspec

from ledger.errors import Corrupt
from ledger.events.base import decode, event_type, stored_types
from ledger.fold import FoldKind
from ledger.store.body import facts_json
from ledger.store.log import Stored
from projections.steps import Keep, keeps

Handler = Callable[[Any, Any, int], Any]
Step = tuple[str, str, Handler, Any, int]  # kind, key, handler, event, position
_Leg = tuple[str, Callable[[Any], Any], Handler, Keep | None]
_Read = Callable[[Any], Any]  # of an event's open facts
_Route = tuple[_Read, tuple[_Leg, ...]]
Happening = tuple[Stored, bytes, Any, tuple[_Leg, ...]]  # the row, its open facts, the event, where it goes


class _FieldNames:
    """Stands in for an event and answers every field with the field's own name.

    Its tags then tell which fields they are read from.
    """

    def __getattr__(self, name: str) -> str:
        return name


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes of several fold kinds by stored type."""

    by_type: dict[str, _Route]

    @classmethod
    def of(cls, kinds: Iterable[FoldKind[Any]]) -> "Routes":
        """The routes to these kinds. A type that no kind handles has none, and is never decoded."""
        legs: dict[type[Any], list[tuple[FoldKind[Any], Handler]]] = {}
        for kind in kinds:
            for handled, handler in kind.handlers.items():
                legs.setdefault(handled, []).append((kind, handler))
        return cls({s: _route(s, c, found) for c, found in legs.items() for s in stored_types(c)})

    @property
    def types(self) -> tuple[str, ...]:
        """Every stored type with a route, sorted."""
        return tuple(sorted(self.by_type))

    def happenings(self, stored: Iterable[Stored]) -> Iterator[Happening]:
        """Every event with a route, read from its open facts alone. Raises Corrupt with the position."""
        routes = self.by_type
        for one in stored:
            route = routes.get(one.type)
            if route is None:
                continue
            try:
                facts = facts_json(one.body)
                happened = route[0](facts)
            except (msgspec.MsgspecError, Corrupt) as error:
                raise Corrupt(f"an event of type {one.type} cannot be read: {error}", one.position) from error
            yield one, facts, happened, route[1]

    def steps(self, stored: Iterable[Stored]) -> Iterator[Step]:
        """What each event does to which state, in order. Raises Corrupt with the position."""
        for one, _, happened, legs in self.happenings(stored):
            for kind, key, handler, _ in reached(legs, happened):
                yield kind, key, handler, happened, one.position


def _route(stored: str, cls: type[Any], found: Iterable[tuple[FoldKind[Any], Handler]]) -> _Route:
    legs = ((k.name, keys_of(cls, k.prefix), handler, keeps(k, cls, stored)) for k, handler in found)
    return _reader(stored, cls), tuple(legs)


def reached(legs: Iterable[_Leg], happened: Any) -> Iterator[tuple[str, str, Handler, Keep | None]]:
    """The states that an event reaches, as (kind, key, handler, what it keeps of the facts)."""
    for kind, keys_of, handler, keep in legs:
        keys = keys_of(happened)
        if keys.__class__ is str:
            yield kind, keys, handler, keep
        else:
            for key in keys or ():
                yield kind, key, handler, keep


def _reader(stored: str, cls: type[Any]) -> _Read:
    """How to get from open facts the event as views see it.

    Another group may be masked or disposed of later, and what is kept or counted must not change with it.
    """
    declared = event_type(cls)
    return declared.decoder.decode if stored == declared.stored else partial(decode, stored)


def keys_of(cls: type[Any], prefix: str) -> Callable[[Any], Any]:
    """How to get from an event the key (or keys, or None) by which folds of this prefix are kept."""
    names = key_fields(cls, prefix)
    return attrgetter(names[0]) if len(names) == 1 else partial(_several, attrgetter(*names))


def key_fields(cls: type[Any], prefix: str) -> list[str]:
    """The fields of an event that hold the keys of this prefix. Raises TypeError when there are none."""
    tags = (tag.partition(":") for tag in event_type(cls).tags(_FieldNames()))
    names = [name for found, _, name in tags if found == prefix]
    if not names:
        raise TypeError(f"{cls.__name__} carries no tag with the prefix {prefix}")
    return names


def _several(read: Callable[[Any], tuple[Any, ...]], happened: Any) -> tuple[str, ...]:
    found = (v if isinstance(v, tuple) else (v,) for v in read(happened) if v is not None)
    return tuple(dict.fromkeys(key for keys in found for key in keys))
