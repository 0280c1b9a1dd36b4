"""What a stretch of the log touched: counts by type, events to list, and the keys whose answers may differ.

Memory is bounded by the number of different ids, not of events.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from projections.base import View
from replay.diff_events import Learnt
from replay.diff_named import LINKS, NAMES, Id, Matters

NATIONWIDE = "agreement"
Taken = frozenset[str]  # the names, region and supplier, that are asked for and that a view takes
NONE: Taken = frozenset()


@dataclass(slots=True)
class TypeCount:
    """How many events of a type became known, and how many of them late."""

    events: int = 0
    late: int = 0


@dataclass(slots=True)
class Touched:
    """Filled by every event in order; ``region`` and ``supplier`` leave out what is about another.

    A view that takes one of them asks about it whatever an event names: there, an event that names none (a
    licence, an employment) is not about another. ``own`` are the keys, by view, that an event reached by its
    own tags; ``named`` the keys, by what the views take and by prefix, that it or its matter named.
    ``listed`` are the first events, ``shared`` those about everybody.
    """

    views: tuple[View, ...]
    region: str | None
    supplier: str | None
    listed_max: int
    types: dict[str, TypeCount] = field(default_factory=dict)
    listed: list[Learnt] = field(default_factory=list)
    shared: list[Learnt] = field(default_factory=list)
    own: dict[str, set[str]] = field(default_factory=dict)
    named: dict[Taken, dict[str, set[str]]] = field(default_factory=dict)

    @property
    def events(self) -> int:
        """How many became known."""
        return sum(count.events for count in self.types.values())

    @property
    def late(self) -> int:
        """How many of them were late."""
        return sum(count.late for count in self.types.values())

    def add(self, batch: Iterable[Learnt]) -> None:
        """Take in what became known next."""
        reaching = [_Reaching.of(view, self._taken(view)) for view in self.views]
        each, asked = {NONE, *(view.taken for view in reaching)}, self._asked.items()
        for one in batch:
            for taken in each:
                if not asked or one.shared or _about(one, taken, asked):
                    self._touch(one, taken, reaching)
                    if taken == NONE:
                        self._count(one)

    def link(self, matters: Matters) -> None:
        """Add the ids that are linked to those named: one human's, one firm's."""
        for named in self.named.values():
            for prefix in LINKS:
                named[prefix] = matters.linked(prefix, named.get(prefix, ()))

    def keys(self, view: View) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The keys of a view that were reached themselves, and those that were only named; each sorted."""
        prefix = view.kind.prefix
        own = self.own.get(view.name, set())
        named = self.named.get(self._taken(view), {}).get(prefix, set()) - own
        asked = self._asked.get(prefix)
        fits = (sorted(key for key in keys if asked in (None, key)) for keys in (own, named))
        reached, beside = map(tuple, fits)
        return reached, beside

    def values(self, name: str) -> tuple[str, ...]:
        """What the facts say of a parameter's name, sorted."""
        return tuple(sorted(self.named.get(NONE, {}).get(name, ()))) if name in NAMES else ()

    @property
    def _asked(self) -> Mapping[str, str]:
        asked = {"region": self.region, "supplier": self.supplier}
        return {name: key for name, key in asked.items() if key is not None}

    def _taken(self, view: View) -> Taken:
        return frozenset(one.name for one in fields(view.params) if one.name in self._asked)

    def _count(self, one: Learnt) -> None:
        count = self.types.setdefault(one.type, TypeCount())
        count.events += 1
        count.late += one.late_days is not None
        if len(self.listed) < self.listed_max:
            self.listed.append(one)
        if one.shared:
            self.shared.append(one)

    def _touch(self, one: Learnt, taken: Taken, reaching: Iterable["_Reaching"]) -> None:
        named = self.named.setdefault(taken, {})
        for prefix, key in one.ids:
            named.setdefault(prefix, set()).add(key)
        pairs = [tag.partition(":") for tag in one.tags]
        for view in reaching:
            if view.taken == taken and one.type in view.types:
                keys = (key for of, _, key in pairs if of == view.prefix)
                self.own.setdefault(view.name, set()).update(keys)


def _about(one: Learnt, taken: Taken, asked: Iterable[Id]) -> bool:
    """Whether it names what is asked for, or nothing of that kind where a view takes it."""
    named = {prefix for prefix, _ in one.ids}
    return all(pair in one.ids or (pair[0] in taken and pair[0] not in named) for pair in asked)


@dataclass(frozen=True, slots=True)
class _Reaching:
    """By what an event reaches a view's own keys: the types and the prefix of its fold."""

    name: str
    prefix: str
    types: frozenset[str]
    taken: Taken

    @classmethod
    def of(cls, view: View, taken: Taken) -> "_Reaching":
        """Those of a view that takes these."""
        return cls(view.name, view.kind.prefix, frozenset(view.kind.types()), taken)
