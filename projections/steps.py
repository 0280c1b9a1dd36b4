"""The steps of a history: what is kept of each event, and how kept steps come back, many at once.

A step is ``[stored type, position, open facts]``. Of an event whose handler sees only some fields, the values
of those are kept, without their names. A row of steps is decoded in one go, each step into the type that its
name tells.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from inspect import unwrap
from itertools import groupby
from types import MappingProxyType
from typing import Any, Union

import msgspec
from msgspec import NODEFAULT, Raw, Struct, defstruct, field
from msgspec.structs import FieldInfo, astuple

from ledger.errors import Corrupt
from ledger.events.base import decode, event_type, stored_types
from ledger.fold import FoldKind

Handler = Callable[[Any, Any, int], Any]
Keep = Callable[[bytes], bytes]

_encoded = msgspec.json.Encoder().encode


def packed_step(position: int, stored: str, facts: bytes) -> bytes:
    """One step: its stored type, where it stands, and the event's open facts as they lie in the body."""
    return b'["%b",%d,%b]' % (stored.encode(), position, facts)


def packed(steps: Iterable[bytes]) -> bytes:
    """Several steps of one state, in order, as a row keeps them."""
    return b"[" + b",".join(steps) + b"]"


def position_of(step: bytes) -> int:
    """The position of a step."""
    return int(step.split(b",", 2)[1])


def kept_of(event: type[Any], reads: type[Struct]) -> Keep:
    """What of an event is kept for a handler that sees some fields of it: their values as they lie, in order.

    A field that is not there is kept as what the declaration says.
    """
    declared = {one.name: one for one in msgspec.structs.fields(event)}
    fields: list[Any] = [_raw(declared[name]) for name in reads.__struct_fields__]
    read = msgspec.json.Decoder(defstruct(f"Kept{event.__name__}", fields, kw_only=True, gc=False)).decode
    return lambda facts: _encoded(astuple(read(facts)))


def _raw(one: FieldInfo) -> tuple[Any, ...]:
    if one.required:
        return (one.name, Raw)
    default = one.default if one.default is not NODEFAULT else one.default_factory()
    return one.name, Raw, field(default=Raw(_encoded(default)))


def keeps(kind: FoldKind[Any], event: type[Any], stored: str) -> Keep | None:
    """What a kind keeps of an event, or None for all of it, and so of an older version."""
    reads = kind.reads.get(event)
    return None if reads is None or stored != event_type(event).stored else kept_of(event, reads)


class Steps(Struct, frozen=True):
    """How the kept steps of one kind are read, and what each does to the state."""

    read: Callable[[bytes], list[Any]]
    handlers: Mapping[type[Any], Handler]
    runs: Mapping[type[Any], Callable[[Any, list[tuple[int, Any]]], Any]] = MappingProxyType({})

    @classmethod
    def of(cls, kind: FoldKind[Any]) -> "Steps":
        """The steps of a kind, once all its handlers are registered."""
        named = [(event, stored) for event in kind.handlers for stored in stored_types(event)]
        found = [_step(kind, event, stored) for event, stored in named]
        runs = {
            shape: kind.runs[event]
            for (event, stored), (shape, _) in zip(named, found, strict=True)
            if event in kind.runs and stored == event_type(event).stored
        }
        shapes: Any = Union[tuple(shape for shape, _ in found)]  # noqa: UP007  made here
        return cls(msgspec.json.Decoder(list[shapes]).decode, dict(found), runs)

    def after(self, state: Any, rows: Iterable[bytes], upto: int) -> Any:
        """A state after kept steps up to a position. Raises Corrupt."""
        for row in rows:
            try:
                steps = self.read(row)
            except (msgspec.MsgspecError, ValueError) as error:
                raise Corrupt(f"kept steps cannot be read: {error}") from error
            if steps and steps[-1].position > upto:
                steps = [step for step in steps if step.position <= upto]
            try:
                state = self._in_runs(state, steps) if self.runs else self._folded(state, steps)
            except (LookupError, AttributeError, TypeError, ValueError) as error:
                told = f"kept steps do not follow from what stands before them ({type(error).__name__})"
                raise Corrupt(told) from error
        return state

    def _folded(self, state: Any, steps: Iterable[Any]) -> Any:
        handlers = self.handlers
        for step in steps:
            state = handlers[step.__class__](state, step.event, step.position)
        return state

    def _in_runs(self, state: Any, steps: Iterable[Any]) -> Any:
        for shape, some in groupby(steps, type):
            run = self.runs.get(shape)
            if run is not None:
                state = run(state, [(step.position, step.event) for step in some])
                continue
            handler = self.handlers[shape]
            for step in some:
                state = handler(state, step.event, step.position)
        return state


def _step(kind: FoldKind[Any], event: type[Any], stored: str) -> tuple[type[Any], Handler]:
    """The type of a step by its stored name, and what it does; an older version is read whole, and upcast."""
    handler, seen = kind.handlers[event], kind.reads.get(event, event)
    if event in kind.reads:
        handler = unwrap(handler)  # what is kept is already what it sees
    if stored != event_type(event).stored:
        handler, seen = partial(_upcast, stored, kind.handlers[event]), Raw
    shape = defstruct(
        f"Step{event.__name__}", [("position", int), ("event", seen)], array_like=True, tag=stored, gc=False
    )
    return shape, handler


def _upcast(stored: str, handler: Handler, state: Any, facts: Raw, position: int) -> Any:
    return handler(state, decode(stored, bytes(facts)), position)
