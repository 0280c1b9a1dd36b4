"""The story's own, simple reading of who wins: it must know whose shifts come next. No ledger is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from api.demo.story.people import Consultant
from api.demo.story.roster import Shift
from ledger.values import local_date, plus_months

BREAK_DAYS_MAX = 30
CAP_MONTHS = 18
THRESHOLD = 10
OVERLAY = ("stockholm", date(2026, 1, 1), 15)
"""Region, date and threshold of the overlay that the story's third policy version adds."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer as the ranking sees it; ``counts_from`` is None while it is incomplete or withdrawn."""

    offer: str
    consultant: Consultant
    counts_from: int | None


@dataclass(slots=True)
class Approved:
    """Shifts as approved so far, by (human, unit) and row."""

    by_place: dict[tuple[str, str], dict[str, Shift]] = field(default_factory=dict)

    def add(self, shift: Shift) -> None:
        """One more approved shift."""
        self.by_place.setdefault(_place(shift), {})[shift.row] = shift

    def remove(self, shift: Shift) -> None:
        """A corrected shift waits for its approval again."""
        self.by_place.get(_place(shift), {}).pop(shift.row, None)

    def streak(self, human: str, unit: str, published_at: int) -> list[Shift]:
        """The shifts of the streak that runs at a publication."""
        known = [s for s in self.by_place.get((human, unit), {}).values() if s.end_at <= published_at]
        return unbroken(known, local_date(published_at))


def _place(shift: Shift) -> tuple[str, str]:
    return shift.assignment.consultant.human, shift.assignment.unit.unit


def unbroken(shifts: Iterable[Shift], on: date) -> list[Shift]:
    """The last run without more than thirty shift-free days, if it still runs."""
    run: list[Shift] = []
    later = on.toordinal() + 1
    for shift in sorted(shifts, key=lambda s: s.on, reverse=True):
        if later - shift.on.toordinal() - 1 > BREAK_DAYS_MAX:
            break
        run.append(shift)
        later = shift.on.toordinal()
    return run[::-1]


def continues(streak: Sequence[Shift], region: str, published_at: int) -> bool:
    """Whether a streak is long enough and its advantage not spent."""
    on = local_date(published_at)
    threshold = OVERLAY[2] if region == OVERLAY[0] and on >= OVERLAY[1] else THRESHOLD
    return len(streak) >= threshold and on < plus_months(streak[0].on, CAP_MONTHS)


def ranked(
    offers: Iterable[Offered], approved: Approved, unit: str, region: str, published_at: int, seed: str
) -> list[Offered]:
    """The complete offers, best first: continuity, then time, then the draw between equals."""

    def place(one: Offered) -> tuple[bool, int, bytes]:
        streak = approved.streak(one.consultant.human, unit, published_at)
        drawn = sha256(seed.encode() + b"\x00" + one.offer.encode()).digest()
        return not continues(streak, region, published_at), one.counts_from or 0, drawn

    return sorted((one for one in offers if one.counts_from is not None), key=place)
