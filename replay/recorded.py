"""Decisions as they were recorded: one command's events with their headers, in the order of the log."""

from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ledger.errors import Corrupt
from ledger.store.codec import header_bytes, header_texts
from ledger.store.log import Bare, Record
from ledger.store.order_keys import may_be_locked


class Happened(Struct, frozen=True, gc=False):
    """One recorded event: what its header says of it alone, and its body unless disposed of.

    What all events of a decision share stands in the header of the first one.
    """

    position: int
    type: str
    tags: tuple[str, ...]
    agreement: str | None
    secrecy: str | None
    body: bytes | None


class Decided(Struct, frozen=True, gc=False, kw_only=True):
    """What the header of a decision's first event says of all of it: no more than is looked at here."""

    actor: str
    authority: str | None = None
    calendar: tuple[int, ...] | None = None
    client: str
    command: str
    command_id: str
    decided_at: int
    head: int
    mandate: tuple[str, int] | None = None
    order_key: str | None = None
    origin: dict[str, str | int] | None = None
    policy: dict[str, str | tuple[int, ...]] | None = None
    received_at: int
    rule: str | None = None
    tz: str | None = None


class Recorded(Struct, gc=False):
    """A recorded decision: at least one event, all of one command; the record of the first one."""

    events: tuple[Happened, ...]
    beginning: bytes
    read: Decided | None = None

    @property
    def first(self) -> int:
        """Where it begins."""
        return self.events[0].position

    @property
    def last(self) -> int:
        """Where it ends."""
        return self.events[-1].position

    @property
    def header(self) -> Decided:
        """What was decided, by whom, when, on what. Raises Corrupt."""
        if self.read is None:
            try:
                self.read = _decided(header_bytes(self.beginning))
            except msgspec.MsgspecError as error:
                raise Corrupt(f"a header cannot be read: {error}") from error
        return self.read

    def opened(self, opened: Callable[[bytes], bytes]) -> "Recorded":
        """The same with its bodies opened, where they were read as they are stored."""
        events = self.events
        for number, event in enumerate(events):
            body = event.body
            if body is not None and may_be_locked(body):
                events = (*events[:number], replace(event, body=opened(body)), *events[number + 1 :])
        return self if events is self.events else Recorded(events, self.beginning, self.read)


class _Shown(Struct, frozen=True, gc=False):
    n: tuple[int, int]
    type: str
    agreement: str | None = None
    secrecy: str | None = None


class _Links(Struct, frozen=True, gc=False):
    command_id: str
    tags: tuple[str, ...] = ()


_decided = msgspec.json.Decoder(Decided).decode
_shown = msgspec.json.Decoder(_Shown).decode
_links = msgspec.json.Decoder(_Links).decode


def decisions(records: Iterable[Record | Bare]) -> Iterator[Recorded]:
    """The decisions behind whole records, in order. Raises Corrupt where one has no beginning or no end."""
    so_far: list[Happened] = []
    command, beginning = "", b""
    for record in records:
        shown, links = _read(record.record)
        k, total = shown.n
        if not so_far:
            command, beginning = links.command_id, record.record
        if k != len(so_far) + 1 or links.command_id != command:
            raise Corrupt("an event continues no command", record.position)
        so_far.append(
            Happened(record.position, shown.type, links.tags, shown.agreement, shown.secrecy, record.body)
        )
        if k == total:
            yield Recorded(tuple(so_far), beginning)
            so_far.clear()
    if so_far:
        raise Corrupt("a command's last events are missing", so_far[-1].position)


def _read(record: bytes) -> tuple[_Shown, _Links]:
    shown, links = header_texts(record)
    try:
        return _shown(shown), _links(links)
    except msgspec.MsgspecError as error:
        raise Corrupt(f"a header cannot be read: {error}") from error
