"""What became known between two positions: each event with whom and when it is about, and the late ones.

What is sealed at the later position is not there, not even as a number. A fact is late when the day it is
about lies long before the day on which it was recorded.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from ledger.errors import Corrupt
from ledger.events.base import EVENTS, SEALED, decode
from ledger.store.body import facts_json
from ledger.store.codec import Header, header_of, parse_record
from ledger.store.log import Record
from ledger.values import local_date
from replay.diff_named import Id, Matters, ids_of
from replay.questions.unsealed import UnsealedLog

BATCH = 1_000
LATE_DAYS = 30
_ABOUT = ("on", "occurred_on", "month_on", "tied_at", "taken_on")  # days that facts are about, first of all
_NOT_ABOUT = frozenset({"reference_at", "start_at", "end_at", "counts_from_at", "from_at", "until_at"})
SHARED = frozenset({"agreement", "unit", "scope"})


@dataclass(frozen=True, slots=True)
class Learnt:
    """One event that became known. Instants are µs, ``about`` the local day it says something of.

    ``late_days`` is how many days later it was recorded, where that is long; ``system`` is another system it
    was brought in from. ``ids`` are (prefix, key), its own first and then those of its matter; ``shared``
    says that it is about everybody: no supplier, order or person of its own.
    """

    position: int
    recorded_at: int
    type: str
    tags: tuple[str, ...]
    actor: str
    rule: str | None
    system: str | None
    about: date | None
    late_days: int | None
    ids: tuple[Id, ...]
    shared: bool


@dataclass(frozen=True, slots=True)
class Between:
    """The stretch of a log after one position, up to another, as it may be shown at the later one."""

    log: UnsealedLog
    after: int
    matters: Matters = field(repr=False)
    late_days: int = LATE_DAYS

    @property
    def upto(self) -> int:
        """The later position."""
        return self.log.upto

    def learnt(self) -> Iterator[list[Learnt]]:
        """Everything that became known, in order and so many events of the log at a time."""
        records = iter(self.log.log.records(after=self.after, upto=self.upto))
        while batch := list(islice(records, BATCH)):
            yield self._read(batch)

    def _read(self, batch: list[Record]) -> list[Learnt]:
        sealed = [one.position for one in batch if self.log.hides(one.type)]
        opened = {one.position for one in self.log.records_at(sealed)} if sealed else set()
        shown = [one for one in batch if one.position in opened or not self.log.hides(one.type)]
        headers = [header_of(parse_record(one.record).header) for one in shown]
        self.matters.look_up(tag for header in headers for tag in header.tags)
        return [self._one(record, header) for record, header in zip(shown, headers, strict=True)]

    def _one(self, record: Record, header: Header) -> Learnt:
        event = _open_facts(record)
        own = ids_of(event, header.tags)
        matters = (pair for tag in header.tags for pair in self.matters.of(tag))
        about = day_of(event)
        late = (local_date(record.recorded_at) - about).days if about else 0
        origin = header.origin or {}
        return Learnt(
            record.position, record.recorded_at, record.type, header.tags, header.actor, header.rule,
            str(origin["system"]) if "system" in origin else None, about,
            late if late >= self.late_days else None, tuple(dict.fromkeys((*own, *matters))),
            all(tag.partition(":")[0] in SHARED for tag in header.tags),
        )  # fmt: skip


def day_of(event: Any) -> date | None:
    """The local day that an event's open facts are about: a shift's, an occurrence's, that of an act."""
    names: Iterable[str] = getattr(event, "__dataclass_fields__", ())
    acts = (name for name in names if name.endswith("_at") and name not in _NOT_ABOUT)
    for name in (*_ABOUT, *acts, "decided_on", "from_on"):
        value = getattr(event, name, None)
        if isinstance(value, date):
            return value
        if isinstance(value, int) and value > 0 and name.endswith("_at"):
            return local_date(value)
    return None


def _open_facts(record: Record) -> Any:
    """The event by its open facts; None where they are not open or were disposed of."""
    declared = EVENTS.get(record.type)
    if not record.body or (declared and declared.groups[0].secrecy not in ("open", SEALED)):
        return None
    try:
        return decode(record.type, facts_json(record.body))
    except Corrupt:
        return None


def says(stored: str) -> str:
    """What events of a stored type are, in the first line of their declaration."""
    declared = EVENTS.get(stored)
    return (declared.cls.__doc__ or "").strip().split("\n")[0] if declared else ""
