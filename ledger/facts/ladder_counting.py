"""Which deviations count on the ladder at a date, how heavily, which do not and why (domain 6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.events.shape import shaped
from ledger.facts.ladder_judged import Judged
from ledger.facts.ladder_terms import DAY, PPM, LadderTerms, lapses_on, whole_months
from ledger.values import local_instant, plus_months


@shaped
class Counted:
    """A deviation that counts: its weight, the first date it no longer does, the positions behind it."""

    deviation: str
    region: str
    kind: str
    clause: str
    cause: str
    occurred_on: date
    noticed_on: date | None
    weight_ppm: int
    lapses_on: date
    positions: tuple[int, ...]


@shaped
class NotCounted:
    """A deviation that does not count, and why: a code such as ``withdrawn`` or ``lapsed``."""

    deviation: str
    region: str
    why: str
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The rolling window up to a date, and the terms a deviation is judged by.

    It holds the dates after ``after``; ``ends`` is the instant (µs) at which its last date is over.
    """

    at: date
    terms: LadderTerms
    after: date
    ends: int

    @classmethod
    def until(cls, at: date, terms: LadderTerms) -> "Window":
        """The window that ends with a local date."""
        return cls(at, terms, plus_months(at, -terms.window_months), end_of(at))

    def holds(self, day: date) -> bool:
        """Whether a date lies in the window."""
        return self.after < day <= self.at

    def counted(self, one: Judged) -> Counted | None:
        """One deviation if it counts."""
        if not self.holds(one.occurred_on) or self._why_not(one):
            return None
        return Counted(
            deviation=one.deviation,
            region=one.region,
            kind=one.kind,
            clause=one.clause,
            cause=one.cause,
            occurred_on=one.occurred_on,
            noticed_on=one.noticed_on,
            weight_ppm=self.terms.weight_ppm(one.severity, whole_months(one.occurred_on, self.at)),
            lapses_on=lapses_on(one.occurred_on, self.terms.window_months),
            positions=one.positions,
        )

    def left_out(self, one: Judged) -> NotCounted | None:
        """One deviation if it does not count, and why."""
        why = self._why_not(one)
        if why is None:
            return None
        return NotCounted(deviation=one.deviation, region=one.region, why=why, positions=one.positions)

    def _why_not(self, one: Judged) -> str | None:
        if one.occurred_on > self.at:
            return "later"
        if one.decided_on is None or one.decided_on > self.at:
            return "withdrawn" if self._withdrawn(one) else "undecided"
        if not one.upheld:
            return "dismissed"
        if self._withdrawn(one):
            return "withdrawn"
        return self._why_unnoticed(one) or (None if self.holds(one.occurred_on) else "lapsed")

    def _withdrawn(self, one: Judged) -> bool:
        return one.withdrawn_at is not None and one.withdrawn_at < self.ends

    def _why_unnoticed(self, one: Judged) -> str | None:
        if not self.terms.notice_required:
            return None
        if one.noticed_on is None or one.noticed_on > self.at:
            return "not-noticed"
        late = one.noticed_on > one.occurred_on + timedelta(days=self.terms.notice_days_max)
        return "noticed-too-late" if late else None


def end_of(day: date) -> int:
    """The instant (µs) at which a local date is over."""
    return local_instant(day + DAY, 0)


def clustered(counting: Iterable[Counted]) -> tuple[Counted, ...]:
    """One deviation of each cause: the heaviest, then the earliest, then the first by id."""
    heaviest: dict[str, Counted] = {}
    for one in sorted(counting, key=lambda c: (-c.weight_ppm, c.occurred_on, c.deviation)):
        heaviest.setdefault(one.cause, one)
    return tuple(heaviest.values())


def repeated(counting: Iterable[Counted]) -> bool:
    """Whether a breach came after the notice of another one, of another cause."""
    found = list(counting)
    noticed = [(c.noticed_on, c.cause) for c in found if c.noticed_on is not None]
    return any(c.occurred_on > on and c.cause != cause for c in found for on, cause in noticed)


def rate_ppm(counting: Iterable[Counted], assignments: int) -> int | None:
    """Counted causes per assignment, in parts per million; None without assignments."""
    return len({c.cause for c in counting}) * PPM // assignments if assignments else None
