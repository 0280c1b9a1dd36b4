"""One decision that comes out otherwise: what was recorded, what it would have been, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from ledger.errors import Corrupt
from ledger.events.awards import OrderAwarded
from ledger.events.base import decode, event_type
from ledger.policy.model import ASSUMPTION, Resolved
from ledger.store.body import fields_json
from replay.again import Difference
from replay.past import UnreadableError
from replay.paths import differing
from replay.recorded import Happened, Recorded
from replay.whatif.changed_past import ChangedPast
from replay.whatif.deciding import Came

What = Literal["refused", "events", "winner", "ranking", "values", "grounds", "broke"]
CITED = frozenset({"calendar_facts", "facts", "terms"})
SHOWN_MAX = 3
CHANGES_MAX = 50
_ENCODE = msgspec.json.Encoder(order="sorted").encode


class Why(Struct, frozen=True):
    """What makes the difference: a policy value, a fact, or the rule's own no, with clause and source.

    ``assumption`` marks a value that nobody has published; ``positions`` are of the events behind it.
    """

    fact: str
    recorded: str
    instead: str
    clause: str = ""
    source: str = ""
    assumption: bool = False
    positions: tuple[int, ...] = ()


class Consequence(Struct, frozen=True):
    """A decision that comes out otherwise. ``about`` are the tags of what it concerns.

    ``what`` says how: it is refused, other events come of it, another winner, another ranking, other values,
    or the same on other grounds. ``changes`` are the first fifty facts that differ. ``amounts`` are sums in
    öre by field, recorded and instead. ``unknown`` is how many decisions back something cannot be known that
    this one rests on, 0 for nothing.
    """

    position: int
    rule: str
    about: tuple[str, ...]
    what: What
    recorded: str
    instead: str
    changes: tuple[Difference, ...]
    why: tuple[Why, ...]
    amounts: dict[str, tuple[int, int]]
    unknown: int = 0


def consequence(recorded: Recorded, came: Came, past: ChangedPast) -> Consequence | None:
    """What is otherwise with a decision that came out so; None if it is the same in every byte."""
    before = events_of(recorded)
    if [_ENCODE(event) for event in before] == [_ENCODE(event) for event in came.events]:
        return None
    changes = tuple(_changes(recorded, before, came.events))
    what = _what(before, came, changes)
    told = [change for change in changes if what == "grounds" or not _cites(change)]
    return Consequence(
        recorded.first,
        recorded.header.rule or "",
        tuple(dict.fromkeys(tag for event in recorded.events for tag in event.tags)),
        what,
        _said(before, (f"{c.fact}={c.recorded}" for c in told), what),
        _came(came, told, what),
        changes[:CHANGES_MAX],
        tuple(_why(came, past)),
        _amounts(before, came.events),
        min(past.watch.unknown.values(), default=0),
    )


def events_of(recorded: Recorded) -> tuple[Any, ...]:
    """The events of a decision as they were recorded. Raises UnreadableError where one is withheld."""
    return tuple(map(_event_of, recorded.events))


def _event_of(happened: Happened) -> Any:
    if not happened.body:
        told = f"the body of the {happened.type} at {happened.position} was disposed of"
        raise UnreadableError(told, happened.position)
    try:
        return decode(happened.type, fields_json(happened.body))
    except Corrupt as error:
        told = f"the {happened.type} at {happened.position} is masked, still sealed or unreadable"
        raise UnreadableError(told, happened.position) from error


def _changes(recorded: Recorded, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    if [type(event) for event in before] != [type(event) for event in after]:
        return
    for happened, one, other in zip(recorded.events, before, after, strict=True):
        was, instead = msgspec.to_builtins(one), msgspec.to_builtins(other)
        for path, left, right in _unequal(was, instead):
            for found in differing(left, right, path):
                yield Difference(happened.position, *found)


def _unequal(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """The fields that are not equal, and of lists the items that are not: most of an award is equal."""
    for name, held in one.items():
        right = other[name]
        if held == right:
            continue
        if isinstance(held, list | tuple) and isinstance(right, list | tuple) and len(held) == len(right):
            pairs = enumerate(zip(held, right, strict=True))
            yield from ((f"{name}.{n}", a, b) for n, (a, b) in pairs if a != b)
        else:
            yield name, held, right


def _cites(change: Difference) -> bool:
    return not CITED.isdisjoint(change.fact.split("."))


def _what(before: Sequence[Any], came: Came, changes: Sequence[Difference]) -> What:
    if came.broke:
        return "broke"
    if came.refusal is not None:
        return "refused"
    if [type(event) for event in before] != [type(event) for event in came.events]:
        return "events"
    if all(_cites(change) for change in changes):
        return "grounds"
    return _award(before[0], came.events[0]) if isinstance(before[0], OrderAwarded) else "values"


def _award(one: OrderAwarded, other: Any) -> What:
    if one.offer != other.offer:
        return "winner"
    return "ranking" if _ranks(one) != _ranks(other) else "values"


def _ranks(award: OrderAwarded) -> list[tuple[int, str]]:
    return sorted((ranked.rank, ranked.offer) for ranked in award.ranking if ranked.rank)


def _came(came: Came, changes: Sequence[Difference], what: What) -> str:
    if came.refusal is not None:
        return f"refused: {came.refusal.code}"
    return came.broke or _said(came.events, (f"{c.fact}={c.made}" for c in changes), what)


def _said(events: Sequence[Any], changed: Iterable[str], what: What) -> str:
    """Events in a line: an award by its winner or its ranking, others by what differs in them."""
    first = events[0]
    if isinstance(first, OrderAwarded) and what == "winner":
        return f"{first.supplier} with {first.consultant}"
    if isinstance(first, OrderAwarded) and what == "ranking":
        return ", ".join(offer for _, offer in _ranks(first))
    told = list(changed)
    if what in {"values", "grounds"}:
        more = [f"… {len(told) - SHOWN_MAX} more"] if len(told) > SHOWN_MAX else []
        return ", ".join(told[:SHOWN_MAX] + more)
    names = [event_type(event).name for event in events]
    counted = {name: names.count(name) for name in names}
    return ", ".join(f"{count} × {name}" if count > 1 else name for name, count in counted.items())


def _why(came: Came, past: ChangedPast) -> Iterator[Why]:
    if came.refusal is not None:
        no = came.refusal
        yield Why(no.code, "", no.detail, no.clause, "", bool(no.assumed), no.positions)
    for term, (recorded, instead) in past.watch.terms.items():
        yield _term(term, recorded, instead)
    for name, fold in past.watch.folds.items():
        yield Why(name, "", "changed", positions=past.behind(fold))


def _term(term: str, recorded: Resolved | None, instead: Resolved | None) -> Why:
    row = (instead or recorded).row  # type: ignore[union-attr]
    clause = f"topic {row.topic}" + (f", {row.permitted_by}" if row.permitted_by else "")
    was, other = ("none" if one is None else one.used().value for one in (recorded, instead))
    at = () if instead is None else (instead.position,)
    return Why(term, was, other, clause, row.source, row.source == ASSUMPTION, at)


def _amounts(before: Iterable[Any], after: Iterable[Any]) -> dict[str, tuple[int, int]]:
    was, instead = _ore(before), _ore(after)
    names = sorted(was.keys() | instead.keys())
    sums = {name: (was.get(name, 0), instead.get(name, 0)) for name in names}
    return {name: pair for name, pair in sums.items() if pair[0] != pair[1]}


def _ore(events: Iterable[Any]) -> Mapping[str, int]:
    sums: dict[str, int] = {}
    for event in events:
        if b'_ore":' not in _ENCODE(event):
            continue
        for name, amount in _leaves(msgspec.to_builtins(event), event_type(event).name):
            sums[name] = sums.get(name, 0) + amount
    return sums


def _leaves(value: Any, path: str) -> Iterator[tuple[str, int]]:
    """Every amount in öre, by the names of the fields that lead to it."""
    if isinstance(value, dict):
        for name, held in value.items():
            yield from _leaves(held, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for held in value:
            yield from _leaves(held, path)
    elif path.endswith("_ore") and isinstance(value, int):
        yield path, value
