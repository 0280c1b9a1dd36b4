"""What kind of value each term has, so that nothing is published that no rule could understand.

The bounds are those of sense (a minute of a day, a length of time), never those of the agreement.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.events.measures import RUNGS
from ledger.events.policy import PlainValue, PolicyRow


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds; with ``many`` a list of at least one."""

    least: int
    most: int
    many: bool = False

    def fits(self, value: PlainValue) -> bool:
        """Whether the value is of this kind."""
        if self.many:
            return isinstance(value, tuple) and len(value) > 0 and all(self._within(one) for one in value)
        return self._within(value)

    def _within(self, value: PlainValue) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most

    def __str__(self) -> str:
        found = f"whole numbers from {self.least} to {self.most}"
        return f"a list of {found}" if self.many else f"one of the {found}"


@dataclass(frozen=True, slots=True)
class Words:
    """One of the allowed words, or any words where none are named; with ``many`` a list without repeats."""

    allowed: tuple[str, ...] = ()
    many: bool = False
    empty: bool = False

    def fits(self, value: PlainValue) -> bool:
        """Whether the value is of this kind."""
        words = value if self.many else (value,)
        if not isinstance(words, tuple) or not all(isinstance(word, str) and word for word in words):
            return False
        known = not self.allowed or set(words) <= set(self.allowed)
        return known and len(set(words)) == len(words) and (self.empty or bool(words))

    def __str__(self) -> str:
        found = f"of {', '.join(self.allowed)}" if self.allowed else "of words"
        return f"a list {found}" if self.many else f"one {found}"


@dataclass(frozen=True, slots=True)
class Truth:
    """Yes or no."""

    def fits(self, value: PlainValue) -> bool:
        """Whether the value is of this kind."""
        return isinstance(value, bool)

    def __str__(self) -> str:
        return "yes or no"


MINUTE, DAYS, MONTHS, FEW = Whole(0, 1439), Whole(0, 3660), Whole(1, 240), Whole(0, 1000)
KINDS: Mapping[str, Whole | Words | Truth] = {
    "award.count-max": Whole(1, 1000),
    "award.criteria": Words(("time", "continuity"), many=True),
    "confirmation.cut-off-minute": Whole(0, 1440),
    "confirmation.end-minute": MINUTE,
    "confirmation.working-days": Whole(1, 250),
    "continuity.break-days-max": DAYS,
    "continuity.counts": Truth(),
    "continuity.excused": Words(("cancelled-by-region",), many=True, empty=True),
    "continuity.follows-consultant": Truth(),
    "continuity.measure": Words(("days", "shifts", "hours", "assignments")),
    "continuity.reference": Words(("publication", "answer-by")),
    "continuity.scope": Words(("unit", "operating-unit", "region")),
    "continuity.threshold": Whole(0, 1_000_000),
    "deviation.kinds": Words(many=True),
    "deviation.notice-days-max": DAYS,
    "deviation.notice-required": Truth(),
    "deviation.reply-days": DAYS,
    "deviation.severities": Whole(1, 1000, many=True),
    "document.references-min": FEW,
    "eighteen-months.break-days-min": Whole(1, 3660),
    "eighteen-months.months": MONTHS,
    "eighteen-months.reading": Words(("look-back", "cap", "longest-stay", "chain")),
    "ladder.decay-ppm-per-month": Whole(0, 1_000_000),
    "ladder.national-regions-min": Whole(1, 1000),
    "ladder.rungs": Words(RUNGS[1:], many=True),
    "ladder.thresholds": Whole(0, 1_000_000, many=True),
    "ladder.weights": Whole(0, 1_000_000, many=True),
    "ladder.window-months": MONTHS,
    "offer.documents": Words(many=True, empty=True),
    "order.answer-minutes-min": Whole(0, 1_000_000),
    "order.months-max": MONTHS,
    "order.window-closes": MINUTE,
    "order.window-opens": MINUTE,
    "quarantine.months-max": MONTHS,
    "shift.length-max-minutes": Whole(1, 100_000),
    "time.tie-tolerance": Whole(0, 86_400),
}
FRESHNESS = ("document.", ".months-max")


def kind_of(term: str) -> Whole | Words | Truth | None:
    """The kind of a term's values; None for a term that no rule reads."""
    if term.startswith(FRESHNESS[0]) and term.endswith(FRESHNESS[1]):
        return MONTHS
    return KINDS.get(term)


def misfits(rows: Iterable[PolicyRow]) -> Iterable[tuple[PolicyRow, str]]:
    """Rows whose value is not of their term's kind, each with what it should be."""
    for row in rows:
        kind = kind_of(row.term)
        if kind is not None and not kind.fits(row.value):
            yield row, f"must be {kind}"
