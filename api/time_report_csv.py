"""Time reports as the files people really get: CSV from Swedish Excel, read strictly and without surprises.

Pure: bytes in, rows and broken lines out. A line that cannot be read is named by number, code and column,
never by what stands in it. Columns are known by their Swedish names (``COLUMNS``), in any order; the
others are passed over.

A file: semicolons (or tabs, commas), UTF-8 with or without BOM, or Windows-1252, CRLF or LF, quoted cells, a
``sep=;`` line before the header, empty lines at the end.
"""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from api.time_report_cells import (
    CellError,
    article_in,
    assignment_in,
    break_in,
    consultant_in,
    correction_in,
    date_in,
    row_id_in,
    time_in,
)
from ledger.decisions.time_report_rows import BrokenLine, ReportRow
from ledger.decisions.time_reports import SubmitTimeReport
from ledger.errors import LedgerError

BYTES_MAX = 8 * 1024 * 1024
LINES_MAX = 50_000
LINE_CHARACTERS_MAX = 10_000
RECORD_LINES_MAX = 20
DELIMITERS = ";\t,"
BOM = b"\xef\xbb\xbf"
REQUIRED = ("row", "assignment", "date", "start", "end")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "row": ("radid", "rad", "radnr", "passid", "löpnr", "löpnummer"),
    "assignment": ("uppdrag", "uppdragsid", "uppdragsnr", "uppdragsnummer"),
    "date": ("datum", "passdatum", "arbetsdatum"),
    "start": ("start", "starttid", "från", "frånkl", "börjar"),
    "end": ("slut", "sluttid", "till", "tillkl", "slutar"),
    "break": ("rast", "rasttim", "rasttimmar", "rasth", "rastmin", "rastminuter"),
    "article": ("artikel", "artikelnr", "artikelnummer"),
    "correction": ("rättelse", "korrigering", "ändring"),
    "consultant": ("konsultid", "konsultnr"),
}
_COLUMN_OF = {name: column for column, names in COLUMNS.items() for name in names}
_BREAK_UNITS = {"rasttim": "hours", "rasttimmar": "hours", "rasth": "hours", "rastmin": "minutes",
                "rastminuter": "minutes"}  # fmt: skip


class UnreadableReportError(LedgerError):
    """A file that is no time report at all; ``code`` says why and ``column`` which one, if any."""

    def __init__(self, code: str, column: str = "") -> None:
        super().__init__(f"the file cannot be read: {code} {column}".rstrip())
        self.code, self.column = code, column


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What a file holds. ``lines`` counts its lines with content, without the header."""

    encoding: str
    file_digest: str
    lines: int
    rows: tuple[ReportRow, ...]
    broken: tuple[BrokenLine, ...]

    def command(self, report: str, agreement: str, region: str, system: str) -> SubmitTimeReport:
        """The command that submits it."""
        return SubmitTimeReport(
            report=report,
            agreement=agreement,
            region=region,
            system=system,
            encoding=self.encoding,
            file_digest=self.file_digest,
            lines=self.lines,
            rows=self.rows,
            broken=self.broken,
        )


@dataclass(frozen=True, slots=True)
class _Header:
    """Which cell holds which column, how cells are kept apart, and the unit of breaks."""

    places: Mapping[str, int]
    delimiter: str
    break_unit: str
    width: int


def read_time_report(data: bytes) -> ReadReport:
    """The rows and the broken lines of a file. Raises UnreadableReportError, and nothing else."""
    if len(data) > BYTES_MAX:
        raise UnreadableReportError("too-large")
    encoding, text = _decoded(data)
    lines = list(enumerate(re.split(r"\r\n|\n|\r", text), 1))
    if len(lines) > LINES_MAX:
        raise UnreadableReportError("too-many-lines")
    start, header = _header(lines)
    read = [_row_or_broken(n, cells, header) for n, cells in _records(lines[start:], header.delimiter)]
    found = [one for one in read if one is not None]
    return ReadReport(
        encoding=encoding,
        file_digest=hashlib.sha256(data).hexdigest(),
        lines=len(found),
        rows=tuple(one for one in found if isinstance(one, ReportRow)),
        broken=tuple(one for one in found if isinstance(one, BrokenLine)),
    )


def _decoded(data: bytes) -> tuple[str, str]:
    """The encoding, as it is recorded, and the text."""
    if b"\x00" in data:  # UTF-16, or no text
        raise UnreadableReportError("encoding")
    if data.startswith(BOM):
        tries = [("utf-8-bom", "utf-8-sig")]
    else:
        tries = [("utf-8", "utf-8"), ("windows-1252", "cp1252")]
    for name, codec in tries:
        try:
            return name, unicodedata.normalize("NFC", data.decode(codec))
        except UnicodeDecodeError:
            continue
    raise UnreadableReportError("encoding")


def _header(lines: list[tuple[int, str]]) -> tuple[int, _Header]:
    """Where the rows begin, and the header before them."""
    for index, (_, line) in enumerate(lines):
        if not line.strip(DELIMITERS + " ") or re.fullmatch(r'"?sep=.?"?', line.strip()):
            continue
        header = max((_columns(line, d) for d in DELIMITERS), key=_fit)
        for column in REQUIRED:
            if column not in header.places:
                raise UnreadableReportError("column-missing", column)
        return index + 1, header
    raise UnreadableReportError("no-header")


def _fit(header: _Header) -> int:
    return len(header.places)


def _columns(line: str, delimiter: str) -> _Header:
    names = [_plain(cell) for cell in _cells(line, delimiter) or []]
    places: dict[str, int] = {}
    unit = ""
    for place, name in enumerate(names):
        column = _COLUMN_OF.get(name)
        if column in places:
            raise UnreadableReportError("column-twice", column or "")
        if column:
            places[column] = place
            unit = _BREAK_UNITS.get(name, unit)
    return _Header(places, delimiter, unit, len(names))


def _plain(name: str) -> str:
    """A column's name without case, spaces and punctuation: "Rast (min)" is rastmin."""
    return "".join(c for c in unicodedata.normalize("NFC", name).casefold() if c.isalnum())


Cells = list[str] | None


def _records(lines: list[tuple[int, str]], delimiter: str) -> Iterator[tuple[int, Cells]]:
    """The cells of each record by its first line: several lines if a quoted cell has line breaks.

    A line whose quotes are wrong gives None, and the next line is read for itself: nothing is swallowed.
    """
    index = 0
    while index < len(lines):
        taken = _closed(lines[index : index + RECORD_LINES_MAX])
        record = "\n".join(line for _, line in lines[index : index + taken])
        cells = _cells(record, delimiter) if taken else None
        yield lines[index][0], cells
        index += 1 if cells is None else taken


def _closed(lines: list[tuple[int, str]]) -> int:
    """How many lines it takes until every quote is closed; 0 if they do not suffice."""
    quotes = 0
    for count, (_, line) in enumerate(lines, 1):
        quotes += line.count('"')
        if quotes % 2 == 0:
            return count
    return 0


def _cells(record: str, delimiter: str) -> Cells:
    """The cells of one record, or None if its quotes are wrong or it is too long."""
    if len(record) > LINE_CHARACTERS_MAX:
        return None
    try:
        return next(csv.reader(iter([record]), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _row_or_broken(number: int, cells: Cells, header: _Header) -> ReportRow | BrokenLine | None:
    """One line: a row, a broken line, or None if nothing stands in it."""
    if cells is None:
        return BrokenLine(line=number, code="quotes-or-length")
    if not any(cell.strip() for cell in cells):
        return None
    if any(cell.strip() for cell in cells[header.width :]):
        return BrokenLine(line=number, code="too-many-cells")
    try:
        return _row(number, cells, header)
    except CellError as error:
        return BrokenLine(line=number, code=error.code, field=error.column)


def _row(number: int, cells: list[str], header: _Header) -> ReportRow:
    def cell(column: str) -> str:
        place = header.places.get(column)
        return "" if place is None or place >= len(cells) else cells[place].strip()

    return ReportRow(
        line=number,
        row=row_id_in(cell("row")),
        assignment=assignment_in(cell("assignment")),
        on=date_in(cell("date")),
        start_minute=time_in(cell("start"), "start"),
        end_minute=time_in(cell("end"), "end"),
        break_minutes=break_in(cell("break"), header.break_unit),
        article=article_in(cell("article")),
        correction=correction_in(cell("correction")),
        consultant=consultant_in(cell("consultant")),
    )
