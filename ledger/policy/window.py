"""The ordering window: when orders are sent, and how much answer time runs inside it (S4; domain 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.events.ledger import is_working_day
from ledger.policy.hours import in_window
from ledger.policy.model import Resolved
from ledger.values import MINUTE_US, local_date, local_instant

DAY = timedelta(days=1)
TERMS = ("order.window-opens", "order.window-closes", "order.window-days")
OFFICE_TERMS = ("order.office-opens", "order.office-closes")


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open span of minutes after local midnight, on every day or on working days only."""

    opens: int
    closes: int
    working_days: bool
    non_working: frozenset[date] = frozenset()

    @classmethod
    def of(cls, terms: Mapping[str, Resolved], non_working: frozenset[date]) -> "Window":
        """The ordering window."""
        opens, closes, days = (terms[name] for name in TERMS)
        return cls(opens.number, closes.number, days.text == "working-days", non_working)

    @classmethod
    def office(cls, terms: Mapping[str, Resolved], non_working: frozenset[date]) -> "Window":
        """Office hours, which are on working days."""
        opens, closes = (terms[name] for name in OFFICE_TERMS)
        return cls(opens.number, closes.number, working_days=True, non_working=non_working)

    def holds(self, at: int) -> bool:
        """Whether an instant (µs) lies inside."""
        return self._open_on(local_date(at)) and in_window(at, self.opens, self.closes)

    def minutes(self, from_at: int, until_at: int) -> int:
        """Whole minutes inside between two instants (µs)."""
        return self.us(from_at, until_at) // MINUTE_US

    def us(self, from_at: int, until_at: int) -> int:
        """Microseconds inside between two instants (µs)."""
        day, found = local_date(from_at), 0
        while day <= local_date(until_at):
            start, end = local_instant(day, self.opens), local_instant(day, self.closes)
            if self._open_on(day):
                found += max(0, min(until_at, end) - max(from_at, start))
            day += DAY
        return found

    def _open_on(self, day: date) -> bool:
        return not self.working_days or is_working_day(day, self.non_working)
