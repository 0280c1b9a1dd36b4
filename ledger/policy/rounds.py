"""When an admission round is decided at the latest: a month's last weekday of a kind that is no holiday."""

import calendar
from datetime import date, timedelta


def round_month(name: str) -> tuple[int, int]:
    """Year and month of a round's name such as 2024-03. Raises ValueError."""
    year, month = name.split("-")
    return int(year), date(int(year), int(month), 1).month


def decide_by(year: int, month: int, weekday: int, non_working: frozenset[date]) -> date | None:
    """The last given weekday (1 = Monday … 7 = Sunday) of a month that is not frozen as non-working.

    None where every one of them is.
    """
    day = date(year, month, calendar.monthrange(year, month)[1])
    day -= timedelta(days=(day.isoweekday() - weekday) % 7)
    while day in non_working:
        day -= timedelta(days=7)
    return day if day.month == month else None
