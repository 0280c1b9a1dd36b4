"""The dialects in which time reports come from other systems, and the lines that are broken in them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from api.demo.story.dice import Dice
from api.demo.story.roster import Shift, worked_minutes


@dataclass(frozen=True, slots=True)
class Row:
    """A shift as one row, a correction or not; ``wrong`` replaces cells by something that cannot be read."""

    shift: Shift
    correction: bool = False
    row: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)

    def cell(self, what: str, write: Callable[["Row"], str]) -> str:
        """What stands in a cell."""
        return self.wrong.get(what) or write(self)


Column = tuple[str, str, Callable[[Row], str]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one system writes: encoding, line ends, and its columns as (heading, what, how)."""

    system: str
    encoding: str
    newline: str
    columns: tuple[Column, ...]


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.2f}".replace(".", ",")


def _column(heading: str, what: str, write: Callable[[Row], str]) -> Column:
    return heading, what, write


ROW = ("row", lambda r: r.row or r.shift.row)
ASSIGNMENT = ("assignment", lambda r: r.shift.assignment.assignment)
DATE = ("date", lambda r: str(r.shift.on))
START = ("start", lambda r: r.shift.start)
END = ("end", lambda r: r.shift.end)
HEROMA = Dialect(
    "heroma", "cp1252", "\r\n",
    (
        _column("Radnr", *ROW), _column("Uppdragsnr", *ASSIGNMENT), _column("Datum", *DATE),
        _column("Start", *START),
        _column("Slut", *END), _column("Rast (min)", "break", lambda r: str(r.shift.break_minutes)),
        _column("Rättelse", "correction", lambda r: "Ja" if r.correction else ""),
    ),
)  # fmt: skip
BEMLO = Dialect(
    "bemlo", "utf-8-sig", "\r\n",
    (
        _column("Uppdrag", *ASSIGNMENT), _column("Pass-id", *ROW), _column("Passdatum", *DATE),
        _column("Från", "start", lambda r: r.shift.start.replace(":", ".")),
        _column("Till", "end", lambda r: r.shift.end.replace(":", ".")),
        _column("Rast (tim)", "break", lambda r: _hours(r.shift.break_minutes)),
        _column("Arbetade timmar", "hours", lambda r: _hours(worked_minutes(r.shift))),
        _column("Ändring", "correction", lambda r: "x" if r.correction else ""),
    ),
)  # fmt: skip
SHEET = Dialect(
    "kalkylblad", "utf-8", "\n",
    (
        _column("Datum", "date", lambda r: f"{r.shift.on:%Y%m%d}"), _column("Börjar", *START),
        _column("Slutar", *END),
        _column("Rast", "break", lambda r: _hours(r.shift.break_minutes)), _column("Uppdrag", *ASSIGNMENT),
        _column("Löpnr", *ROW), _column("Korrigering", "correction",
        lambda r: "ja" if r.correction else "nej"),
        _column("Anmärkning", "note", lambda _: ""),
    ),
)  # fmt: skip
BROKEN = (
    {"start": "25:70"}, {"break": "en timme"}, {"date": "2024-02-31"}, {"assignment": "saknas!"},
    {"end": "kl sju"},
)  # fmt: skip


def dialect_of(dice: Dice, month: str, unit: str) -> Dialect:
    """The dialect of a unit; now and then somebody types the report into a sheet instead."""
    usual = (HEROMA, BEMLO)[dice.below(2, "dialect", unit)]
    return SHEET if dice.chance(15, "sheet", month, unit) else usual


def broken_rows(dice: Dice, month: str, unit: str, rows: Sequence[Row]) -> Iterable[Row]:
    """Copies of some rows under another row id, with something that cannot be read; mostly none."""
    for n in range((0, 0, 0, 1, 2)[dice.below(5, "broken", month, unit)]):
        like = dice.one_of(rows, "broken-like", month, unit, n)
        yield Row(like.shift, row=f"{like.shift.row}X", wrong=dice.one_of(BROKEN, "broken", month, unit, n))


def written(dialect: Dialect, rows: Iterable[Row]) -> bytes:
    """The file: a header and the rows."""
    lines = [";".join(heading for heading, _, _ in dialect.columns)]
    lines += (";".join(row.cell(what, write) for _, what, write in dialect.columns) for row in rows)
    return "".join(line + dialect.newline for line in lines).encode(dialect.encoding)
