"""Which decisions belong to a region or a supplier: those that name it, and what follows in the same matter.

An award names neither every supplier that offered nor, always, the region; its order does. So the order (or
assignment, deviation, invoice …) of an event that names the party is remembered, and later decisions about it
belong too.
"""

from dataclasses import dataclass, field

import msgspec

from ledger.store.body import fields_json
from replay.recorded import Happened, Recorded

MATTERS = frozenset({
    "assignment", "booking", "case", "deviation", "evidence-case", "invoice", "measure", "offer", "order",
    "purchase", "report", "spot-check", "supplier-report",
})  # fmt: skip


class _Parties(msgspec.Struct, frozen=True):
    region: str | None = None
    supplier: str | None = None


_parties = msgspec.json.Decoder(_Parties).decode


@dataclass(slots=True)
class Belonging:
    """Asked of every decision in order, also of those before the range that is wanted."""

    region: str | None = None
    supplier: str | None = None
    _matters: dict[str, set[str]] = field(default_factory=lambda: {"region": set(), "supplier": set()})

    @property
    def named(self) -> bool:
        """Whether a region or a supplier is given, so that every body is looked into."""
        return self.region is not None or self.supplier is not None

    def holds(self, recorded: Recorded) -> bool:
        """Whether a decision belongs to the region and to the supplier, where they are given."""
        if not self.named:
            return True
        asked = [(n, w) for n, w in (("region", self.region), ("supplier", self.supplier)) if w is not None]
        found = [
            self._of(name, wanted, recorded) for name, wanted in asked
        ]  # each learns from every decision
        return all(found)

    def _of(self, name: str, wanted: str, recorded: Recorded) -> bool:
        matters = self._matters[name]
        found = False
        for event in recorded.events:
            own = f"{name}:{wanted}" in event.tags or _party(event, name) == wanted
            if own:
                matters.update(tag for tag in event.tags if tag.partition(":")[0] in MATTERS)
            found = found or own or not matters.isdisjoint(event.tags)
        return found


def _party(event: Happened, name: str) -> str | None:
    """The region or supplier that an event's open fields name."""
    try:
        parties = _parties(fields_json(event.body)) if event.body else _Parties()
    except msgspec.MsgspecError:
        return None
    return parties.region if name == "region" else parties.supplier
