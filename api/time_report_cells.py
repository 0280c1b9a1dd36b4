"""Single cells of a time report, as Swedish Excel writes dates, times, decimals and yes. Pure."""

import re
from datetime import date

from ledger.values import ID_PATTERN

DAY_MINUTES = 24 * 60
HOUR_MINUTES = 60
SMALLEST_BREAK_MINUTES = 5
ROW_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}")
ARTICLE = re.compile(r"[a-z0-9][a-z0-9.-]{0,79}")
YEAR_FIRST = re.compile(
    r"(?P<y>[0-9]{4})(?P<s>[-/.]?)(?P<m>[0-9]{2})(?P=s)(?P<d>[0-9]{2})([ T]00[:.]00([:.]00)?)?"
)
DAY_FIRST = re.compile(r"(?P<d>[0-9]{1,2})/(?P<m>[0-9]{1,2})[- /](?P<y>[0-9]{4}|[0-9]{2})")
TIME = re.compile(r"(kl\.? ?)?(?P<h>[0-9]{1,2})[:.](?P<m>[0-9]{2})([:.]00)?|(?P<hhmm>[0-9]{4})")
HOURS = re.compile(r"(?P<h>[0-9]{1,2})([.,](?P<part>[0-9]{1,2}))?")
CLOCK = re.compile(r"(?P<h>[0-9]{1,2}):(?P<m>[0-5][0-9])")
YES = frozenset({"ja", "j", "x", "1", "r", "rättelse", "sant", "true", "yes"})
NO = frozenset({"", "nej", "n", "0", "falskt", "false", "no"})
FIRST, LAST = date(1970, 1, 1), date(2199, 12, 31)


class CellError(ValueError):
    """A cell that cannot be read: a code and the column, never the content."""

    def __init__(self, code: str, column: str) -> None:
        super().__init__(f"{code} in {column}")
        self.code, self.column = code, column


def row_id_in(cell: str) -> str:
    """The other system's id of the row. Raises CellError."""
    if not ROW_ID.fullmatch(cell):
        raise CellError("missing" if not cell else "row-id", "row")
    return cell


def assignment_in(cell: str) -> str:
    """An assignment's id, in lower case. Raises CellError."""
    if not re.fullmatch(ID_PATTERN.rstrip("$"), name := cell.lower()):
        raise CellError("missing" if not cell else "assignment-id", "assignment")
    return name


def date_in(cell: str) -> date:
    """A date: 2025-03-01, also with 00:00 after it, 20250301, or 1/3-25 and 1/3 2025. Raises CellError."""
    form = YEAR_FIRST.fullmatch(cell) or DAY_FIRST.fullmatch(cell)
    if form is None:
        raise CellError("missing" if not cell else "date", "date")
    year = int(form["y"]) + (2000 if len(form["y"]) == 2 else 0)
    try:
        found = date(year, int(form["m"]), int(form["d"]))
    except ValueError:
        raise CellError("date", "date") from None
    if not FIRST <= found <= LAST:
        raise CellError("date", "date")
    return found


def time_in(cell: str, column: str) -> int:
    """Minutes after midnight: 07:00, 7.00, 0700, 07:00:00; 24:00 only as an end. Raises CellError."""
    form = TIME.fullmatch(cell.lower())
    if form is None:
        raise CellError("missing" if not cell else "time", column)
    hour, minute = (form["hhmm"][:2], form["hhmm"][2:]) if form["hhmm"] else (form["h"], form["m"])
    found = int(hour) * HOUR_MINUTES + int(minute)
    latest = DAY_MINUTES if column == "end" else DAY_MINUTES - 1
    if int(minute) >= HOUR_MINUTES or found > latest:
        raise CellError("time", column)
    return found


def break_in(cell: str, unit: str) -> int:
    """Minutes of a break: 0,5 and 0.5 are hours, 30 is minutes, 0:30 a clock's. Raises CellError.

    ``unit`` is what the header says (hours, minutes or nothing). Hundredths of an hour are rounded to the
    nearest minute. Without a unit, a whole number from 1 to 4 could be either and is refused.
    """
    if not cell:
        return 0
    if clock := CLOCK.fullmatch(cell):
        return _at_most_a_day(int(clock["h"]) * HOUR_MINUTES + int(clock["m"]))
    if re.fullmatch(r"[0-9]{1,4}", cell) and unit != "hours":
        if not unit and 0 < int(cell) < SMALLEST_BREAK_MINUTES:
            raise CellError("break-unit-unclear", "break")
        return _at_most_a_day(int(cell))
    form = HOURS.fullmatch(cell)
    if form is None or unit == "minutes":
        raise CellError("break", "break")
    hundredths = int(form["h"]) * 100 + int((form["part"] or "0").ljust(2, "0"))
    return _at_most_a_day((hundredths * HOUR_MINUTES + 50) // 100)


def _at_most_a_day(minutes: int) -> int:
    if minutes > DAY_MINUTES:
        raise CellError("break", "break")
    return minutes


def article_in(cell: str) -> str | None:
    """An article number in lower case; None for an empty cell. Raises CellError."""
    if not cell:
        return None
    if not ARTICLE.fullmatch(name := cell.lower()):
        raise CellError("article", "article")
    return name


def consultant_in(cell: str) -> str | None:
    """A consultant's id in lower case; None for an empty cell. Raises CellError."""
    if not cell:
        return None
    if not re.fullmatch(ID_PATTERN, name := cell.lower()):
        raise CellError("consultant", "consultant")
    return name


def correction_in(cell: str) -> bool:
    """Whether the line is marked as a correction. Raises CellError."""
    if (answer := cell.casefold()) in YES:
        return True
    if answer not in NO:
        raise CellError("correction", "correction")
    return False
