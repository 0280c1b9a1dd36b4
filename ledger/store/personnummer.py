"""Swedish personal identity numbers, brought to one form: YYYYMMDDNNNN.

Accepted are ten or twelve digits, with or without ``-`` or ``+`` before the last four, and coordination
numbers (day + 60, kept as written). Spaces and the dashes that word processors make do no harm. Nothing here
repeats its input.
"""

import re
from datetime import date

from ledger.store.vault import InvalidIdentity

YEAR_MIN = 1800
COORDINATION_DAYS = 60
FORM = re.compile(
    r"(?P<century>[0-9]{2})?(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?P<sign>[-+]?)(?P<last>[0-9]{4})"
)
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"), "-")


def normalised(text: str, on: date) -> str:
    """The twelve digits of a personal identity or coordination number.

    Args:
        text: as people write it.
        on: the date it was written, which settles the century of ten digits: the latest that is not in the
            future, or
            with ``+`` the latest in which the person turns at least 100 that year.

    Raises:
        InvalidIdentity: another form, an impossible or future date, or a wrong check digit.
    """
    form = FORM.fullmatch("".join(text.split()).translate(DASHES))
    if form is None:
        raise InvalidIdentity(
            "a personal identity number has ten or twelve digits, with - or + before the last four"
        )
    month, day = int(form["month"]), int(form["day"])
    born = day - COORDINATION_DAYS if day > COORDINATION_DAYS else day
    year = int(form["century"] + form["year"]) if form["century"] else _year(form, (month, born), on)
    if not _is_past(year, month, born, on):
        raise InvalidIdentity("a personal identity number begins with a date of birth; this one is none")
    short = form["year"] + form["month"] + form["day"] + form["last"]
    if luhn(short[:-1]) != int(short[-1]):
        raise InvalidIdentity("the check digit of the personal identity number is wrong")
    return f"{year // 100:02}{short}"


def luhn(digits: str) -> int:
    """The check digit (modulus 10) that belongs after these digits."""
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(digits))
    return -sum(part // 10 + part % 10 for part in doubled) % 10


def _year(form: re.Match[str], birthday: tuple[int, int], on: date) -> int:
    if form["sign"] == "+":
        latest = on.year - 100
        return latest - (latest - int(form["year"])) % 100
    year = on.year - (on.year - int(form["year"])) % 100
    return year - 100 if (year, *birthday) > (on.year, on.month, on.day) else year


def _is_past(year: int, month: int, day: int, on: date) -> bool:
    try:
        return year >= YEAR_MIN and date(year, month, day) <= on
    except ValueError:
        return False
