"""When the scenes of the story are played: over thirty months, or pressed into three for a test."""

from dataclasses import dataclass
from datetime import date, timedelta

from api.demo.story.days import FIRST_ROUND, Month, months, next_working, working

DAY = timedelta(days=1)
WHOLE = 30
SHORT_MAX = 23


@dataclass(frozen=True, slots=True)
class Pace:
    """The dates of the scenes: ``broken`` is about continuity, ``ladder`` about a supplier's deviations."""

    count: int

    @property
    def months(self) -> tuple[Month, ...]:
        """The months with orders; the last one's reports arrive in the month after."""
        return months(self.count)

    @property
    def tail(self) -> Month:
        """The month after the last."""
        return months(self.count + 1)[-1]

    @property
    def short(self) -> bool:
        """Whether everything is pressed into a few months."""
        return self.count <= SHORT_MAX

    @property
    def _broken_first(self) -> int:
        return 0 if self.short else 12

    @property
    def broken_ordered_on(self) -> date:
        """The round in which the assignment with the break is ordered: the last before its January."""
        return FIRST_ROUND if self.short else self.months[self._broken_first - 1].rounds[-1]

    @property
    def broken_days(self) -> tuple[date, ...]:
        """Eight shifts, one on the ninth of February that bridges the break, and five more."""
        year = self.months[self._broken_first].first.year
        before = [date(year, 1, n) for n in range(8, 18) if date(year, 1, n).weekday() < 5]
        after = [date(year, 2, n) for n in range(22, 29) if date(year, 2, n).weekday() < 5]
        return (*before, self.bridge, *after)

    @property
    def bridge(self) -> date:
        """The date of the bridging shift as it was first reported."""
        return date(self.months[self._broken_first].first.year, 2, 9)

    @property
    def bridge_moved_to(self) -> date:
        """When that shift had been worked: more than thirty shift-free days after the one before."""
        return self.bridge.replace(day=20)

    @property
    def broken_award_on(self) -> date:
        """The round whose award the continuity decides."""
        return self.months[self._broken_first + 2].rounds[0]

    @property
    def corrected_on(self) -> date:
        """When the shift is corrected."""
        march = self.months[self._broken_first + 2]
        return next_working(march.rounds[-1], 4) if self.short else working(date(march.first.year, 9, 16))

    @property
    def ladder_rounds(self) -> tuple[date, date]:
        """The rounds in which the supplier wins the assignment and the award that it then loses."""
        first = self.months[0] if self.short else self.months[15]
        return (first.rounds[0], first.rounds[1])

    @property
    def quarantine_decided_on(self) -> date:
        """When the quarantine is decided: after the last notice and the supplier's time to reply."""
        return next_working(self.ladder_rounds[0], 47)

    @property
    def quarantine_ends_on(self) -> date:
        """The last day of the quarantine."""
        return self.quarantine_decided_on + 150 * DAY

    def quarantined(self, on: date) -> bool:
        """Whether the quarantine has effect on the day of a round."""
        return self.quarantine_decided_on < on <= self.quarantine_ends_on

    @property
    def first_barred_round(self) -> date:
        """The first round in which the supplier is left out."""
        return next(day for month in self.months for day in month.rounds if self.quarantined(day))
