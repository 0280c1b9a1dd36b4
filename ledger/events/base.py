"""How an event is declared.

A frozen dataclass, a stable name and version, its tags and its disclosure groups.

``@event("order-published", tags=("order",))`` makes the dataclass and registers it. The stored type is
``order-published.v1``; it never follows the class or module name. Fields in a group other than ``facts`` must
have a default, since a masked or erased group leaves them out, and no rule may depend on them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar, dataclass_transform, get_args, get_origin, get_type_hints

import msgspec

from ledger.errors import Corrupt
from ledger.events.shape import shaped
from ledger.values import Tag

Secrecy = Literal["open", "sealed-until-award", "person", "secret"]
OPEN: Secrecy = "open"
SEALED: Secrecy = "sealed-until-award"
Retention = Literal["agreement", "bookkeeping", "person"]
Decoded = Mapping[str, Any]
E = TypeVar("E")

_SECRECIES: tuple[Secrecy, ...] = get_args(Secrecy)  # the laxest first
FACTS = "facts"
COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Group:
    """A disclosure group: the fields that share secrecy and owner, masked and committed to together."""

    name: str
    secrecy: Secrecy
    fields: tuple[str, ...]


def strictest(several: Iterable[Secrecy]) -> Secrecy:
    """The strictest of at least one."""
    return max(several, key=_SECRECIES.index)


@dataclass(frozen=True, slots=True, eq=False)
class EventType:
    """The declaration of one version of one event.

    ``stored`` is the stored type such as ``order-published.v1``, ``secrecy`` that of its strictest group;
    ``names_agreement`` says whether it has a field of that name.
    """

    name: str
    version: int
    cls: type[Any]
    tags: Callable[[Any], tuple[str, ...]]
    groups: tuple[Group, ...]
    retention: Retention
    refuses: bool
    decoder: msgspec.json.Decoder[Any] = field(repr=False)
    stored: str = field(init=False)
    secrecy: Secrecy = field(init=False)
    names_agreement: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "stored", f"{self.name}.v{self.version}")
        object.__setattr__(self, "secrecy", strictest(group.secrecy for group in self.groups))
        names = {one.name for one in fields(self.cls)}
        object.__setattr__(self, "names_agreement", "agreement" in names)


_BY_STORED: dict[str, EventType] = {}
_BY_CLASS: dict[type[Any], EventType] = {}
_UPCASTERS: dict[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {}

EVENTS: Mapping[str, EventType] = MappingProxyType(_BY_STORED)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(
    name: str,
    *,
    version: int = 1,
    tags: tuple[str, ...] = (),
    groups: tuple[Group, ...] = (),
    secrecy: Secrecy = "open",
    retention: Retention = "agreement",
    refuses: bool = False,
) -> Callable[[type[E]], type[E]]:
    """Make a class a frozen, slotted, keyword-only dataclass and register it under a stable name.

    ``tags`` names the id fields that are consistency keys; ``secrecy`` is that of the fields outside
    ``groups``; ``refuses`` marks a rejected command of legal interest.
    """

    def register(plain: type[E]) -> type[E]:
        cls = shaped(plain)
        declared = EventType(
            name, version, cls, _tag_reader(cls, tags), _all_groups(cls, groups, secrecy), retention, refuses,
            msgspec.json.Decoder(cls),
        )  # fmt: skip
        if declared.stored in _BY_STORED:
            msg = f"the event name {declared.stored} is taken"
            raise TypeError(msg)
        _BY_STORED[declared.stored] = _BY_CLASS[cls] = declared
        return cls

    return register


def upcast(old: str, new: str) -> Callable[[Callable[[dict[str, Any]], dict[str, Any]]], Any]:
    """Register how the fields of an older stored version become those of a newer one; kept for ever."""

    def register(
        step: Callable[[dict[str, Any]], dict[str, Any]],
    ) -> Callable[[dict[str, Any]], dict[str, Any]]:
        _UPCASTERS[old] = (new, step)
        return step

    return register


def event_type(what: object) -> EventType:
    """The declaration of an event, or of an event class."""
    cls = what if isinstance(what, type) else type(what)
    return _BY_CLASS[cls]


def declared_of(happened: object) -> EventType:
    """The declaration of an event: the short way for whoever has one in hand."""
    return _BY_CLASS[happened.__class__]


def stored_types(cls: type[Any]) -> tuple[str, ...]:
    """Every stored type that decodes to this class: its own, and the older ones upcast to it."""
    own = event_type(cls).stored
    return (own, *(old for old in _UPCASTERS if _newest(old) == own))


def declared() -> int:
    """How many events and upcasters there are; what is derived from them holds until this changes."""
    return len(_BY_STORED) + len(_UPCASTERS)


def tags_of(what: object) -> tuple[str, ...]:
    """The consistency tags of an event, in declared order and without repeats."""
    return _BY_CLASS[type(what)].tags(what)


def decode(stored: str, fields_json: bytes) -> Any:
    """The event behind a stored type and its fields as JSON, upcast to the newest version. Raises Corrupt."""
    declared = _BY_STORED.get(stored)
    try:
        if stored not in _UPCASTERS and declared is not None:
            return declared.decoder.decode(fields_json)
        return _upcast(stored, fields_json)
    except (msgspec.MsgspecError, KeyError, RecursionError) as error:
        msg = f"an event of type {stored} cannot be read: {error}"
        raise Corrupt(msg) from error


def _upcast(stored: str, fields_json: bytes) -> Any:
    values = msgspec.json.decode(fields_json)
    while stored in _UPCASTERS:
        stored, step = _UPCASTERS[stored]
        values = step(values)
    return msgspec.convert(values, _BY_STORED[stored].cls)


def _newest(stored: str) -> str:
    while stored in _UPCASTERS:
        stored = _UPCASTERS[stored][0]
    return stored


def _all_groups(cls: type[Any], extra: tuple[Group, ...], secrecy: Secrecy) -> tuple[Group, ...]:
    names = [f.name for f in fields(cls)]
    apart = {name for group in extra for name in group.fields}
    if unknown := apart - set(names):
        msg = f"{cls.__name__} has no field {sorted(unknown)}"
        raise TypeError(msg)
    return (Group(FACTS, secrecy, tuple(n for n in names if n not in apart)), *extra)


def _tag_reader(cls: type[Any], names: tuple[str, ...]) -> Callable[[Any], tuple[str, ...]]:
    hints = get_type_hints(cls, include_extras=True)
    readers = tuple((name, _tag_in(hints[name]).prefix + ":") for name in names)

    def read(what: Any) -> tuple[str, ...]:
        found: list[str] = []
        for name, prefix in readers:
            value = getattr(what, name)
            if isinstance(value, str):
                found.append(prefix + value)
            elif value is not None:
                found += [prefix + key for key in value]
        return tuple(found) if len(found) < 2 else tuple(dict.fromkeys(found))

    return read


def _tag_in(hint: Any) -> Tag:
    if get_origin(hint) is Annotated:
        for extra in get_args(hint)[1:]:
            if isinstance(extra, Tag):
                return extra
    for inner in get_args(hint):
        if inner is not Ellipsis:
            try:
                return _tag_in(inner)
            except TypeError:
                continue
    msg = f"{hint} has no tag"
    raise TypeError(msg)
