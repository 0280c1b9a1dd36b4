"""Hours and working days: how long the window was open, and when a confirmation is due (domain 6)."""

from datetime import date, timedelta

from ledger.events.ledger import is_working_day
from ledger.values import MINUTE_US, local_date, local_instant, local_minute

DAY = timedelta(days=1)


def in_window(at: int, opens: int, closes: int) -> bool:
    """Whether an instant (µs) lies in the half-open window of minutes after local midnight."""
    return opens <= local_minute(at) < closes


def window_minutes(from_at: int, until_at: int, opens: int, closes: int) -> int:
    """Whole minutes of the daily window, every day of the week, between two instants (µs)."""
    day, open_us = local_date(from_at), 0
    while day <= local_date(until_at):
        start, end = local_instant(day, opens), local_instant(day, closes)
        open_us += max(0, min(until_at, end) - max(from_at, start))
        day += DAY
    return open_us // MINUTE_US


def next_working_day(day: date, non_working: frozenset[date]) -> date:
    """The first working day after a date."""
    day += DAY
    while not is_working_day(day, non_working):
        day += DAY
    return day


def confirm_by(
    reached_at: int, working_days: int, cut_off: int, ends: int, non_working: frozenset[date]
) -> int:
    """The instant (µs) before which a confirmation is in time; hours in minutes after local midnight.

    The day the acceptance reached the supplier is not counted. At or after the cut-off, or on a non-working
    day, it counts as the next working day's. The last working day ends at the end minute.
    """
    day = local_date(reached_at)
    if local_minute(reached_at) >= cut_off or not is_working_day(day, non_working):
        day = next_working_day(day, non_working)
    for _ in range(working_days):
        day = next_working_day(day, non_working)
    return local_instant(day, ends)
