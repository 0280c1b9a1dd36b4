"""Hours and working days: what lies in a span of the day, and when a confirmation is due (domain 6)."""

from datetime import date, timedelta

from ledger.events.ledger import is_working_day
from ledger.values import local_date, local_instant, local_minute

DAY = timedelta(days=1)


def in_window(at: int, opens: int, closes: int) -> bool:
    """Whether an instant (µs) lies in the half-open window of minutes after local midnight."""
    return opens <= local_minute(at) < closes


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
