"""How a decision is declared: a command, the facts it asks for, and a pure rule.

The facts of a decision are a generator: it yields folds (or a mapping of folds), gets their states back, and
returns what the rule needs. The shell derives the consistency boundary from what was yielded, so a rule
cannot rest on anything the append does not guard. A rule gets (command, facts, context) and returns a Ruling
or raises a Refusal; it never sees the disk, the clock, the network or the web framework.
"""

import hashlib
import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar, dataclass_transform

from msgspec import Struct

from ledger.fold import Fold
from ledger.policy.model import Resolved

C = TypeVar("C")
F = TypeVar("F")
Asked = Fold[Any] | Mapping[Any, Fold[Any]]
Asking = Generator[Asked, Any, F]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a command came from when not directly to the door.

    A system, a file digest, a line, its own time (µs).
    """

    system: str
    trust: str
    file: str | None = None
    line: int | None = None
    time: int | None = None


class Context(Struct, frozen=True):
    """What the shell hands a rule beside facts.

    Instants in µs: ``decided_at`` is now for the rule, ``received_at`` the door's instant (a retry keeps it).
    """

    client: str
    command_id: str
    actor: str
    mandate: str | None
    decided_at: int
    received_at: int
    origin: Origin | None = None

    def derived_id(self, kind: str, *parts: object) -> str:
        """An id that follows from the command alone, so that re-performing the decision gives it again."""
        seed = "\x00".join((kind, self.client, self.command_id, *map(str, parts)))
        return f"{kind[0]}-{hashlib.sha256(seed.encode()).hexdigest()[:26]}"


class Ruling(Struct, frozen=True):
    """A rule's yes: the events to append, the authority that holds the records (None.

    Central management), and the policy values it resolved (their digest and positions go into every header).
    ``opens`` is the order whose sealed offers it opens: the key of that order is told with the first event.
    """

    events: tuple[Any, ...]
    authority: str | None = None
    terms: tuple[Resolved, ...] = ()
    opens: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A declared decision: everything the door, the shell and the witness need to know about it."""

    name: str
    version: int
    command: type[Any]
    facts: Callable[[Any, Context], Asking[Any]]
    rule: Callable[[Any, Any, Context], Ruling]
    summary: str
    example: Mapping[str, Any]
    personal: tuple[str, ...] = ()
    raises: tuple[type[Exception], ...] = ()

    @property
    def label(self) -> str:
        """The rule and its version, as it stands in every header it made: ``publish-order@1``."""
        return f"{self.name}@{self.version}"


_BY_LABEL: dict[str, Decision] = {}
_CURRENT: dict[str, Decision] = {}
_NAMES: dict[type[Any], str] = {}

DECISIONS: Mapping[str, Decision] = MappingProxyType(_CURRENT)
EVERY_VERSION: Mapping[str, Decision] = MappingProxyType(_BY_LABEL)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def command(cls: type[C]) -> type[C]:
    """Make a class a command: a frozen, slotted, keyword-only dataclass named in the imperative."""
    made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
    _NAMES[made] = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()
    return made


def command_name(command: Any) -> str:
    """The name of a command, for example ``publish-order``."""
    return _NAMES[type(command)]


def decides(
    command: type[C],
    *,
    facts: Callable[[C, Context], Asking[F]],
    example: Mapping[str, Any],
    version: int = 1,
    personal: tuple[str, ...] = (),
    raises: tuple[type[Exception], ...] = (),
) -> Callable[[Callable[[C, F, Context], Ruling]], Callable[[C, F, Context], Ruling]]:
    """Register the rule of a command.

    ``example`` is the command as JSON at the door; ``personal`` names fields that the shell replaces by
    ciphertext under the person's key before anything is stored; ``raises`` lists its refusals.
    """

    def register(rule: Callable[[C, F, Context], Ruling]) -> Callable[[C, F, Context], Ruling]:
        name = _NAMES[command]
        summary = (command.__doc__ or "").strip().split("\n")[0]
        made = Decision(
            name, version, command, facts, rule, summary, MappingProxyType(dict(example)), personal, raises
        )
        if made.label in _BY_LABEL:
            msg = f"{made.label} is declared already"
            raise TypeError(msg)
        _BY_LABEL[made.label] = made
        if version >= getattr(_CURRENT.get(name), "version", 0):
            _CURRENT[name] = made
        return rule

    return register


class Gathered(Struct, frozen=True):
    """What a gathering asked and learnt: the facts, every fold, and every state by fold name."""

    facts: Any
    folds: Mapping[str, Fold[Any]]
    states: Mapping[str, Any] = field(repr=False)


def gather(asking: Asking[Any], answer: Callable[[Mapping[str, Fold[Any]]], Mapping[str, Any]]) -> Gathered:
    """Run the generator of a decision's facts; ``answer`` gives the states of folds by name."""
    folds: dict[str, Fold[Any]] = {}
    states: dict[str, Any] = {}
    reply: Any = None
    while True:
        try:
            asked = asking.send(reply)
        except StopIteration as done:
            return Gathered(done.value, folds, states)
        if isinstance(asked, Fold):
            name = asked.name
            if name not in folds:
                folds[name] = asked
                states.update(answer({name: asked}))
            reply = states[name]
            continue
        named = [(key, fold.name, fold) for key, fold in asked.items()]
        new = {name: fold for _, name, fold in named if name not in folds}
        if new:
            folds.update(new)
            states.update(answer(new))
        reply = {key: states[name] for key, name, _ in named}


def gather_each(asking: Asking[Any], state: Callable[[Fold[Any]], Any]) -> Gathered:
    """The same where states are at hand: ``state`` gives that of one fold, and is asked once for each."""
    folds: dict[str, Fold[Any]] = {}
    states: dict[str, Any] = {}
    send, reply = asking.send, None
    while True:
        try:
            asked = send(reply)
        except StopIteration as done:
            return Gathered(done.value, folds, states)
        if isinstance(asked, Fold):
            name = f"{asked.kind.name}/{asked.key}"
            if name not in folds:
                folds[name], states[name] = asked, state(asked)
            reply = states[name]
            continue
        reply = {}
        for key, fold in asked.items():
            name = f"{fold.kind.name}/{fold.key}"
            if name not in folds:
                folds[name], states[name] = fold, state(fold)
            reply[key] = states[name]
