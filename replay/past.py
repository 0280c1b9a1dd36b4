"""The past of every decision in one pass: events are added as history goes on, states follow when asked for.

An event stands under each of its tags as one small number; its content is kept for as long as it is recent
(``recent_max``) and fetched again when an old one is needed after all. A fold that was asked for keeps its
last states, so asking it again costs only what happened since, and a question about an earlier position (an
older head, ``until``) finds the state of then.
"""

from array import array
from bisect import bisect_right
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.errors import Corrupt, LedgerError
from ledger.events.base import decode, stored_types
from ledger.fold import Fold, FoldKind
from ledger.store.body import fields_json
from ledger.store.log import Record

RECENT_MAX = 200_000
HELD_MAX = 200_000
_STATES_KEPT = 4  # a past that is asked for is nearly always the newest, and states grow
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
    """The states of one fold, oldest first, each with the position of the event that made it."""

    entries: "array[int]"
    handlers: dict[int, Handler]
    positions: list[int]
    states: list[Any]
    seen: int = 0  # how many of the entries are folded


@dataclass(slots=True)
class Past:
    """Every event so far, and the folds of them that were asked for."""

    fetch: Fetch
    recent_max: int = RECENT_MAX
    held_max: int = HELD_MAX
    newest: int = 0  # the position of the newest event within the boundary of any fold asked for; set it back
    _types: dict[str, int] = field(default_factory=dict)
    _names: list[str] = field(default_factory=list)
    _by_tag: "dict[str, array[int]]" = field(default_factory=dict)
    _recent: dict[int, Any] = field(default_factory=dict)  # position → body, or the event once it was needed
    _added: deque[int] = field(default_factory=deque)  # the positions of those, oldest first
    _handlers: dict[str, dict[int, Handler]] = field(default_factory=dict)
    _held: "OrderedDict[tuple[str, str], _Held]" = field(default_factory=OrderedDict)

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
        self._recent[position] = known
        self._added.append(position)  # a dict's first key is found by walking over all that were deleted
        if len(self._added) > self.recent_max:
            del self._recent[self._added.popleft()]

    def states(self, folds: Mapping[str, Fold[Any]], head: int) -> dict[str, Any]:
        """The state of each fold by name at a position. Raises UnreadableError."""
        found, held_of = {}, self._held
        for name, fold in folds.items():
            held = held_of.get((fold.kind.name, fold.key))
            if held is None or held.seen < len(held.entries) or held.positions[-1] > head:
                found[name] = self.state(fold, head)
                continue
            held_of.move_to_end((fold.kind.name, fold.key))
            self.newest = max(self.newest, held.positions[-1])
            found[name] = held.states[-1]
        return found

    def state(self, fold: Fold[Any], head: int) -> Any:
        """The state of one fold at a position; a fold blind to the newest is the whole one of then."""
        kind = fold.kind
        while kind.blind is not None:
            kind, last = kind.blind
            head = min(head, last)
        name = kind.name, fold.key
        held = self._held.get(name)
        if held is None:
            held = self._held[name] = self._begun(kind, fold.key)
        else:
            self._held.move_to_end(name)
        if held.seen < len(held.entries):
            self._advance(held)
        newest = held.positions[-1]
        self.newest = max(self.newest, newest)
        if newest <= head:
            return held.states[-1]
        index = bisect_right(held.positions, head)
        return held.states[index - 1] if index else self._from_nothing(kind, held.entries, head)

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

    def _begun(self, kind: FoldKind[Any], key: str) -> _Held:
        if len(self._held) >= self.held_max:
            self._held.popitem(last=False)
        tag = f"{kind.prefix}:{key}"
        entries = self._by_tag.get(tag)
        if entries is None:
            entries = self._by_tag[tag] = array("q")
        return _Held(entries, self._handlers_of(kind), [0], [kind.initial])

    def _advance(self, held: _Held) -> None:
        handlers, recent = held.handlers, self._recent
        positions, states = held.positions, held.states
        coming = [entry for entry in held.entries[held.seen :] if entry & _TYPE_MASK in handlers]
        held.seen = len(held.entries)
        if not coming:
            return
        state = states[-1]  # what is recent is the end of the log, so if the first of them is, all are
        events = self._events(coming) if coming[0] >> _TYPE_BITS not in recent else {}
        for entry in coming:
            position = entry >> _TYPE_BITS
            event = recent.get(position)
            if event is None or event.__class__ is bytes:
                event = self._event(entry, events)
            state = handlers[entry & _TYPE_MASK](state, event, position)
            positions.append(position)
            states.append(state)
        if len(states) > 2 * _STATES_KEPT:
            del positions[:-_STATES_KEPT], states[:-_STATES_KEPT]

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
        kept = self._recent.get(position, fetched)
        if kept is fetched:
            return self._decoded(entry, fetched.get(position))
        if kept is None or kept.__class__ is bytes:
            kept = self._recent[position] = self._decoded(entry, kept)
        return kept

    def _decoded(self, entry: int, body: bytes | None) -> Any:
        position, stored = entry >> _TYPE_BITS, self._names[entry & _TYPE_MASK]
        if not body:
            raise UnreadableError(f"the body of the {stored} at {position} was disposed of", position)
        try:
            return decode(stored, fields_json(body))
        except Corrupt as error:
            raise UnreadableError(f"the {stored} at {position} is masked or unreadable", position) from error

    def _events(self, entries: Sequence[int]) -> Mapping[int, bytes | None]:
        """The bodies of those that are not recent any more."""
        old = [entry >> _TYPE_BITS for entry in entries if entry >> _TYPE_BITS not in self._recent]
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
