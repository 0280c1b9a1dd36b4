"""Decisions as they were recorded: one command's events with their headers, in the order of the log."""

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from ledger.errors import Corrupt
from ledger.store.codec import Header, header_bytes, header_of
from ledger.store.log import Record


class Brief(Struct, frozen=True, gc=False):
    """What a header says of its own event; what all events of a decision share stands in the first one's."""

    command_id: str
    n: tuple[int, int]
    type: str
    agreement: str | None = None
    secrecy: str | None = None
    tags: tuple[str, ...] = ()


class Happened(Struct, frozen=True, gc=False):
    """One recorded event: its position, what its header says of it, and its body unless disposed of."""

    position: int
    header: Brief
    body: bytes | None


class Recorded(Struct, gc=False):
    """A recorded decision: at least one event, all of one command; the bytes of the first one's header."""

    events: tuple[Happened, ...]
    beginning: bytes
    read: Header | None = None

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
        """The header of its first event: what was decided, by whom, when, on what. Raises Corrupt."""
        if self.read is None:
            self.read = header_of(self.beginning)
        return self.read


_brief = msgspec.json.Decoder(Brief).decode


def decisions(records: Iterable[Record]) -> Iterator[Recorded]:
    """The decisions behind whole records, in order. Raises Corrupt where one has no beginning or no end."""
    so_far: list[Happened] = []
    command, beginning = "", b""
    for record in records:
        header_json = header_bytes(record.record)
        header = _brief_of(header_json)
        k, total = header.n
        if not so_far:
            command, beginning = header.command_id, header_json
        if k != len(so_far) + 1 or header.command_id != command:
            raise Corrupt("an event continues no command", record.position)
        so_far.append(Happened(record.position, header, record.body))
        if k == total:
            yield Recorded(tuple(so_far), beginning)
            so_far.clear()
    if so_far:
        raise Corrupt("a command's last events are missing", so_far[-1].position)


def _brief_of(header: bytes) -> Brief:
    try:
        return _brief(header)
    except msgspec.MsgspecError as error:
        raise Corrupt(f"a header cannot be read: {error}") from error
