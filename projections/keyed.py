"""Which states an event reaches, read from its keys alone.

A stored event is a few hundred bytes, and its keys are a field or two of it: whoever only sends events on to
those who fold them need not decode the rest.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import partial
from typing import Any

import msgspec

from ledger.errors import Corrupt
from ledger.events.base import decode, event_type, stored_types
from ledger.fold import FoldKind
from ledger.store.body import facts_json
from ledger.store.copied import Row
from projections.history import Name
from projections.routes import key_fields, keys_of
from projections.steps import Keep, keeps

_Leg = tuple[str, Callable[[Any], Any], Keep | None]  # kind, its keys in what was read, what it keeps
_Route = tuple[Callable[[bytes], Any], tuple[_Leg, ...]]
Keyed = tuple[Name, bytes]  # the state that is reached, the step as a history keeps it
_KEY = str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class KeyRoutes:
    """The fold kinds that each stored type reaches, how to find their keys, and what they keep of it."""

    by_type: Mapping[bytes, _Route]

    @classmethod
    def of(cls, kinds: Iterable[FoldKind[Any]]) -> "KeyRoutes":
        """The routes to these kinds."""
        legs: dict[type[Any], list[FoldKind[Any]]] = {}
        for kind in kinds:
            for handled in kind.handlers:
                legs.setdefault(handled, []).append(kind)
        return cls({
            stored.encode(): (_reader(stored, handled, found), _legs(stored, handled, found))
            for handled, found in legs.items() for stored in stored_types(handled)
        })  # fmt: skip

    @property
    def types(self) -> tuple[str, ...]:
        """Every stored type with a route, sorted."""
        return tuple(sorted(stored.decode() for stored in self.by_type))

    def steps(self, rows: Iterable[Row]) -> Iterable[Keyed]:
        """What each event does to which state, undecoded, in order. Raises Corrupt with the position."""
        routes = self.by_type
        for position, stored, body in rows:
            read, legs = routes[stored]
            try:
                facts = facts_json(body)
                found = read(facts)
                whole = b'["%b",%d,%b]' % (stored, position, facts)
                for kind, keys_in, keep in legs:
                    step = whole if keep is None else b'["%b",%d,%b]' % (stored, position, keep(facts))
                    keys = keys_in(found)
                    if keys.__class__ is str:
                        yield (kind, keys), step
                    else:
                        for key in keys or ():
                            yield (kind, key), step
            except (msgspec.MsgspecError, Corrupt) as error:
                raise Corrupt(
                    f"an event of type {stored.decode()} cannot be read: {error}", position
                ) from error


def _legs(stored: str, handled: type[Any], found: Iterable[FoldKind[Any]]) -> tuple[_Leg, ...]:
    return tuple((kind.name, keys_of(handled, kind.prefix), keeps(kind, handled, stored)) for kind in found)


def _reader(stored: str, handled: type[Any], found: Iterable[FoldKind[Any]]) -> Callable[[bytes], Any]:
    """Reads only the fields that hold keys; all of an older version, whose fields may be named otherwise."""
    if stored != event_type(handled).stored:
        return partial(decode, stored)
    names = dict.fromkeys(name for kind in found for name in key_fields(handled, kind.prefix))
    defaults = {f.name: f.default for f in fields(handled) if f.default is not MISSING}
    wanted = [(name, _KEY, defaults[name]) if name in defaults else (name, _KEY) for name in names]
    keys = msgspec.defstruct("Keys", wanted, frozen=True, kw_only=True, gc=False)
    return msgspec.json.Decoder(keys).decode
