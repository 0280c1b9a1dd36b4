"""What a stretch of the log touched: counts by type, events to list, and the keys whose answers may differ.

Memory is bounded by the number of different ids, not of events.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from projections.base import View
from replay.diff_events import Learnt
from replay.diff_named import LINKS, NAMES, Matters

NATIONWIDE = "agreement"


@dataclass(slots=True)
class TypeCount:
    """How many events of a type became known, and how many of them late."""

    events: int = 0
    late: int = 0


@dataclass(slots=True)
class Touched:
    """Filled by every event in order; ``region`` and ``supplier`` leave out what is about another.

    ``own`` are the keys, by fold kind, that an event reached by its own tags; ``named`` the keys, by prefix,
    that it or its matter named. ``listed`` are the first events, ``shared`` those about everybody.
    """

    views: tuple[View, ...]
    region: str | None
    supplier: str | None
    listed_max: int
    types: dict[str, TypeCount] = field(default_factory=dict)
    listed: list[Learnt] = field(default_factory=list)
    shared: list[Learnt] = field(default_factory=list)
    own: dict[str, set[str]] = field(default_factory=dict)
    named: dict[str, set[str]] = field(default_factory=dict)

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
        reaching = {view.kind.name: (view.kind.prefix, frozenset(view.kind.types())) for view in self.views}
        for one in batch:
            if self._about(one):
                self._count(one)
                self._touch(one, reaching)

    def link(self, matters: Matters) -> None:
        """Add the ids that are linked to those named: one human's, one firm's."""
        for prefix in LINKS:
            self.named[prefix] = matters.linked(prefix, self.named.get(prefix, ()))

    def keys(self, view: View) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The keys of a view that were reached themselves, and those that were only named; each sorted."""
        own = self.own.get(view.kind.name, set())
        named = self.named.get(view.kind.prefix, set()) - own
        asked = {"region": self.region, "supplier": self.supplier}.get(view.kind.prefix)
        fits = (sorted(key for key in keys if asked in (None, key)) for keys in (own, named))
        reached, beside = map(tuple, fits)
        return reached, beside

    def values(self, name: str) -> tuple[str, ...]:
        """What the facts say of a parameter's name, sorted."""
        return tuple(sorted(self.named.get(name, ()))) if name in NAMES else ()

    def _about(self, one: Learnt) -> bool:
        wanted = [(n, w) for n, w in (("region", self.region), ("supplier", self.supplier)) if w is not None]
        return all(pair in one.ids for pair in wanted) or one.shared

    def _count(self, one: Learnt) -> None:
        count = self.types.setdefault(one.type, TypeCount())
        count.events += 1
        count.late += one.late_days is not None
        if len(self.listed) < self.listed_max:
            self.listed.append(one)
        if one.shared:
            self.shared.append(one)

    def _touch(self, one: Learnt, reaching: dict[str, tuple[str, frozenset[str]]]) -> None:
        for prefix, key in one.ids:
            self.named.setdefault(prefix, set()).add(key)
        pairs = [tag.partition(":") for tag in one.tags]
        for kind, (prefix, types) in reaching.items():
            if one.type in types:
                self.own.setdefault(kind, set()).update(key for of, _, key in pairs if of == prefix)
