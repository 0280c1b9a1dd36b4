"""Records into files: one for each local day and each secrecy, and beside it the same as JSON."""

from datetime import date

from ledger.events.base import Secrecy
from ledger.values import local_date
from replay.archive.files import Folder, Growing
from replay.archive.stream import MAGIC, Opened, framed, line_of

RECORDS, LINES = ".records", ".jsonl"
FORMATS = {RECORDS: "liggare-records-1 (documentation/format.md, archive.md)", LINES: "JSON Lines, UTF-8"}


class Book:
    """Two files that say the same: the records' own bytes, and a line of JSON for each."""

    def __init__(self, folder: Folder, name: str, secrecy: Secrecy) -> None:
        self._folder, self._name, self._secrecy = folder, name, secrecy
        self._files: dict[str, Growing] = {end: folder.begun(name + end) for end in (RECORDS, LINES)}
        self._files[RECORDS].write(MAGIC)

    def add(self, one: Opened, record: bytes, body: bytes | None) -> None:
        """Write one more record."""
        self._files[RECORDS].write(framed(record, body))
        self._files[LINES].write(line_of(one, body))

    def close(self) -> None:
        """Write no more."""
        records, lines = self._files[RECORDS], self._files[LINES]
        self._folder.finish(
            records, self._name + RECORDS, "application/octet-stream", FORMATS[RECORDS], self._secrecy
        )
        self._folder.finish(lines, self._name + LINES, "text/plain", FORMATS[LINES], self._secrecy)


class Days:
    """The books of a range; records come in order, so that those of one day are open at a time."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._day: date | None = None
        self._open: dict[Secrecy, Book] = {}

    def add(self, one: Opened, record: bytes, body: bytes | None) -> None:
        """Write a record into the book of its day and its strictest secrecy."""
        day, secrecy = local_date(one.recorded_at), one.said.strictest
        if day != self._day:
            self.close()
            self._day = day
        if secrecy not in self._open:
            self._open[secrecy] = Book(self._folder, f"data/{secrecy}/{day}", secrecy)
        self._open[secrecy].add(one, record, body)

    def close(self) -> None:
        """Write no more."""
        for _, book in sorted(self._open.items()):
            book.close()
        self._open.clear()
