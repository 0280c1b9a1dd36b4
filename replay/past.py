"""The past of every decision in one pass: events are added as history goes on, states follow when asked for.

An event stands under each of its tags as one small number; its content is kept for as long as it is recent
(``recent_max``) and fetched again when an old one is needed after all. A fold that was asked for keeps its
last states, so asking it again costs only what happened since, and a question about an earlier position (an
older head, ``until``) finds the state of then.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from ledger.errors import Corrupt, LedgerError
from ledger.events.base import decode, stored_types
from ledger.fold import Fold, FoldKind
from ledger.store.body import fields_json
from ledger.store.log import Record

RECENT_MAX = 150_000  # with what is held, a process stays below a gibibyte over a million events
HELD_MAX = 100_000
_STATES_KEPT = 4  # a past that is asked for is nearly always the newest, and states grow
_OLD: Any = object()  # in place of what is not recent any more
_TYPE_BITS = 10
_TYPE_MASK = (1 << _TYPE_BITS) - 1
Handler = Callable[[Any, Any, int], Any]
Fetch = Callable[[Sequence[int]], Iterable[Record]]


class UnreadableError(LedgerError):
    """Something that is needed was masked or disposed of: what rests on it cannot be made again."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(slots=True)
class _Held:
    """The states of one fold, oldest first, each with the position of the event that made it.

    ``firsts`` are where the events begin that were folded at once into each. The last of states and positions
    stand by themselves too, since that is what nearly everybody asks for.
    """

    kind: FoldKind[Any]
    entries: "array[int]"
    handlers: dict[int, Handler]
    firsts: list[int]
    positions: list[int]
    states: list[Any]
    state: Any
    newest: int = 0
    seen: int = 0  # how many of the entries are folded

    def folded(self, firsts: list[int], positions: list[int], states: list[Any]) -> None:
        """Keep the last of these later states too."""
        self.firsts += firsts
        self.positions += positions
        self.states += states
        self.newest, self.state = positions[-1], states[-1]
        if len(self.states) > 2 * _STATES_KEPT:
            del self.firsts[:-_STATES_KEPT], self.positions[:-_STATES_KEPT], self.states[:-_STATES_KEPT]

    def index(self, head: int) -> int | None:
        """Which state is that of an earlier position; None for one that is not kept."""
        later = bisect_right(self.positions, head)
        between = later < len(self.firsts) and self.firsts[later] <= head
        return later - 1 if later and not between else None


@dataclass(slots=True)
class Past:
    """Every event so far, and the folds of them that were asked for."""

    fetch: Fetch
    opened: Callable[[bytes], bytes] = bytes  # opens a body that was added as it is stored
    recent_max: int = RECENT_MAX
    held_max: int = HELD_MAX
    newest: int = 0  # the position of the newest event within the boundary of any fold asked for; set it back
    _types: dict[str, int] = field(default_factory=dict)
    _names: list[str] = field(default_factory=list)
    _by_tag: "dict[str, array[int]]" = field(default_factory=dict)
    _recent: list[Any] = field(default_factory=list)  # bodies, or the events once they were needed
    _begin: int = 1  # the position of the first of those
    _handlers: dict[str, dict[int, Handler]] = field(default_factory=dict)
    _held: dict[tuple[str, str], _Held] = field(default_factory=dict)
    _held_before: dict[tuple[str, str], _Held] = field(default_factory=dict)  # those not asked for lately

    def add(self, position: int, stored_type: str, tags: Iterable[str], known: Any) -> None:
        """The next event; positions rise. Known of it is its body, None, or the event behind that body."""
        number = self._types.get(stored_type)
        if number is None:
            number = self._known(stored_type)
        entry = position << _TYPE_BITS | number
        by_tag = self._by_tag
        for tag in tags:
            found = by_tag.get(tag)
            if found is None:
                by_tag[tag] = array("q", (entry,))
            else:
                found.append(entry)
        recent, missing = self._recent, position - self._begin - len(self._recent)
        if missing:
            recent.extend([_OLD] * missing)
        recent.append(known)
        if len(recent) > self.recent_max + (self.recent_max >> 3):
            self._begin += len(recent) - self.recent_max
            del recent[: -self.recent_max or None]

    def states(self, folds: Mapping[str, Fold[Any]], head: int) -> dict[str, Any]:
        """The state of each fold by name at a position. Raises UnreadableError."""
        return {name: self.state(fold, head) for name, fold in folds.items()}

    def state(self, fold: Fold[Any], head: int) -> Any:
        """The state of one fold at a position; a fold blind to the newest is the whole one of then.

        Raises UnreadableError.
        """
        kind = fold.kind
        held = self._held.get((kind.name, fold.key))
        if held is None:
            if kind.blind is not None:
                whole, last = kind.blind
                return self.state(whole(fold.key), min(head, last))
            held = self._asked_again(kind, fold.key)
        if held.seen < len(held.entries):
            self._advance(held)
        newest = held.newest
        self.newest = max(self.newest, newest)
        if newest <= head:
            return held.state
        index = held.index(head)
        return self._from_nothing(kind, held.entries, head) if index is None else held.states[index]

    def happened(self, fold: Fold[Any], after: int, upto: int) -> Iterator[tuple[int, Any]]:
        """The events within a fold's boundary with their positions: after one, up to another."""
        handlers = self._handlers_of(fold.kind)
        entries = self._by_tag.get(fold.tag, array("q"))
        coming = entries[bisect_right(entries, after << _TYPE_BITS | _TYPE_MASK) :]
        wanted = [e for e in coming if e >> _TYPE_BITS <= upto and e & _TYPE_MASK in handlers]
        events = self._events(wanted)
        for entry in wanted:
            yield entry >> _TYPE_BITS, self._event(entry, events)

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key with a tag of this prefix that something happened to, in no order."""
        begins = f"{prefix}:"
        return (tag[len(begins) :] for tag, held in self._by_tag.items() if held and tag.startswith(begins))

    def _asked_again(self, kind: FoldKind[Any], key: str) -> _Held:
        """What was not asked for lately, or never: half of all that is held is what was asked for last."""
        if len(self._held) >= (self.held_max + 1) >> 1:
            self._held_before, self._held = self._held, {}
        name, lately = (kind.name, key), self._held_before
        held = self._held[name] = lately.pop(name) if name in lately else self._begun(kind, key)
        return held

    def _begun(self, kind: FoldKind[Any], key: str) -> _Held:
        tag = f"{kind.prefix}:{key}"
        entries = self._by_tag.get(tag)
        if entries is None:
            entries = self._by_tag[tag] = array("q")
        return _Held(kind, entries, self._handlers_of(kind), [0], [0], [kind.initial], kind.initial)

    def _advance(self, held: _Held) -> None:
        """Fold what came since; where an event cannot be read none of it, so that asking again fails too."""
        handlers = held.handlers
        coming = held.entries[held.seen :]
        wanted = [entry for entry in coming if entry & _TYPE_MASK in handlers]
        if held.kind.runs and len(wanted) > 1:
            self._fold_in_runs(held, wanted)
        elif wanted:
            self._fold(held, wanted)
        held.seen += len(coming)

    def _fold(self, held: _Held, wanted: Sequence[int]) -> None:
        handlers, recent, begin = held.handlers, self._recent, self._begin
        positions: list[int] = []
        states: list[Any] = []
        state = held.state
        fetched: Mapping[int, bytes | None] | None = None
        for entry in wanted:
            position = entry >> _TYPE_BITS
            event = recent[position - begin] if position >= begin else _OLD
            if event is _OLD and fetched is None:
                fetched = self._events(wanted)
            if event is _OLD or event is None or event.__class__ is bytes:
                event = self._event(entry, fetched or {})
            state = handlers[entry & _TYPE_MASK](state, event, position)
            positions.append(position)
            states.append(state)
        held.folded(positions, positions, states)

    def _fold_in_runs(self, held: _Held, wanted: Sequence[int]) -> None:
        """The same, but several of one class that follow each other at once: one state comes of them."""
        fetched, kind, state = self._events(wanted), held.kind, held.state
        firsts: list[int] = []
        positions: list[int] = []
        states: list[Any] = []
        for _, entries in groupby(wanted, _type_of):
            some = [(entry >> _TYPE_BITS, self._event(entry, fetched)) for entry in entries]
            for part in [some] if some[0][1].__class__ in kind.runs else [[one] for one in some]:
                state = kind.in_run(state, part)
                firsts.append(part[0][0])
                positions.append(part[-1][0])
                states.append(state)
        held.folded(firsts, positions, states)

    def _from_nothing(self, kind: FoldKind[Any], entries: Iterable[int], head: int) -> Any:
        """A state older than what is kept."""
        handlers = self._handlers_of(kind)
        wanted = [e for e in entries if e >> _TYPE_BITS <= head and e & _TYPE_MASK in handlers]
        events = self._events(wanted)
        state = kind.initial
        for entry in wanted:
            state = handlers[entry & _TYPE_MASK](state, self._event(entry, events), entry >> _TYPE_BITS)
        return state

    def _event(self, entry: int, fetched: Mapping[int, bytes | None]) -> Any:
        position = entry >> _TYPE_BITS
        kept = self._kept(position)
        if kept is _OLD:
            return self._decoded(entry, fetched.get(position))
        if kept is None or kept.__class__ is bytes:
            kept = self._recent[position - self._begin] = self._decoded(entry, kept)
        return kept

    def _kept(self, position: int) -> Any:
        return self._recent[position - self._begin] if position >= self._begin else _OLD

    def _decoded(self, entry: int, body: bytes | None) -> Any:
        position, stored = entry >> _TYPE_BITS, self._names[entry & _TYPE_MASK]
        if not body:
            raise UnreadableError(f"the body of the {stored} at {position} was disposed of", position)
        try:
            return decode(stored, fields_json(self.opened(body)))
        except Corrupt as error:
            raise UnreadableError(
                f"the {stored} at {position} is masked, still sealed or unreadable", position
            ) from error

    def _events(self, entries: Sequence[int]) -> Mapping[int, bytes | None]:
        """The bodies of those that are not recent any more."""
        positions = [entry >> _TYPE_BITS for entry in entries]
        old = [position for position in positions if self._kept(position) is _OLD]
        return {record.position: record.body for record in self.fetch(old)} if old else {}

    def _handlers_of(self, kind: FoldKind[Any]) -> dict[int, Handler]:
        found = self._handlers.get(kind.name)
        if found is None:
            found = self._handlers[kind.name] = {
                self._known(stored): handler
                for cls, handler in kind.handlers.items()
                for stored in stored_types(cls)
            }
        return found

    def _known(self, stored_type: str) -> int:
        if stored_type not in self._types:
            if len(self._names) > _TYPE_MASK:
                raise OverflowError("more types of events than fit")
            self._types[stored_type] = len(self._names)
            self._names.append(stored_type)
        return self._types[stored_type]


def _type_of(entry: int) -> int:
    return entry & _TYPE_MASK
