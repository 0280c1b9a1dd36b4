"""Decisions as they were recorded: one command's events with their headers, in the order of the log."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from ledger.errors import Corrupt
from ledger.store.codec import Header, header_of, parse_record
from ledger.store.log import Record


class Happened(Struct, frozen=True, gc=False):
    """One recorded event: its position, its header, and its body unless that was disposed of."""

    position: int
    header: Header
    body: bytes | None


class Recorded(Struct, frozen=True):
    """A recorded decision: at least one event, all of one command."""

    events: tuple[Happened, ...]

    @property
    def first(self) -> int:
        """Where it begins."""
        return self.events[0].position

    @property
    def last(self) -> int:
        """Where it ends."""
        return self.events[-1].position

    @property
    def header(self) -> Header:
        """The header of its first event: what was decided, by whom, when, on what."""
        return self.events[0].header


def decisions(records: Iterable[Record]) -> Iterator[Recorded]:
    """The decisions behind whole records, in order. Raises Corrupt where one has no beginning or no end."""
    so_far: list[Happened] = []
    for record in records:
        header = header_of(parse_record(record.record).header)
        k, total = header.n
        if k != len(so_far) + 1 or (so_far and header.command_id != so_far[0].header.command_id):
            raise Corrupt("an event continues no command", record.position)
        so_far.append(Happened(record.position, header, record.body))
        if k == total:
            yield Recorded(tuple(so_far))
            so_far.clear()
    if so_far:
        raise Corrupt("a command's last events are missing", so_far[-1].position)
