"""What a comparison of two moments is asked, and what it tells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from ledger.errors import LedgerError
from projections.base import View
from replay.diff_events import LATE_DAYS
from replay.diff_fields import FieldChange
from replay.diff_touched import Touched
from replay.known import Known

LIMIT = 20
ANSWERS, STATES = "answers", "states"
READING, COMPARING = "reading", "comparing"
Tell = Callable[[str, int, int], None]  # stage, done, of


class BackwardsError(LedgerError):
    """The first moment lies after the second."""

    code: ClassVar[str] = "backwards"


@dataclass(frozen=True, slots=True)
class Forms:
    """How parameters are read from text, and readings written as plain values."""

    params: Callable[[View, Mapping[str, str]], Any]
    plain: Callable[[View, Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is compared: these views, one key or those that were touched, at one valid date or as days go by.

    ``given`` are parameters of views as text, by name; each view takes its own. ``region`` and ``supplier``
    leave out events about others, and the keys of others. ``limit`` bounds the events listed and the keys
    compared in each view; ``whole`` takes in every key where an event is about everybody.
    """

    views: tuple[View, ...]
    key: str | None = None
    at: date | None = None
    given: Mapping[str, str] = field(default_factory=dict)
    region: str | None = None
    supplier: str | None = None
    limit: int = LIMIT
    late_days: int = LATE_DAYS
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """An answer on one side: its token and digest, or why there is none."""

    token: str = ""
    digest: str = ""
    unanswerable: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that differs. ``learnt`` is what is known better, ``moved`` what the date alone changed.

    ``causes`` are the positions in between that reached what the answer is read from, the first of
    ``caused`` many. Where a parameter is missing, the states of the view's fold are compared instead.
    """

    view: str
    key: str
    params: Mapping[str, Any]
    compared: str
    learnt: tuple[FieldChange, ...]
    moved: tuple[FieldChange, ...]
    causes: tuple[int, ...]
    caused: int
    before: Side
    after: Side


@dataclass(slots=True)
class ViewTold:
    """How a view was compared: keys reached by their own events, keys looked at, and keys left out."""

    view: View
    reached: int = 0
    looked_at: int = 0
    left: int = 0
    compared: str = ""
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Diff:
    """The whole comparison of two moments."""

    since: Known
    until: Known
    wanted: Wanted
    touched: Touched
    views: tuple[ViewTold, ...]
    known: bool = True  # the key asked about, by any of the views

    @property
    def changed(self) -> int:
        """How many answers are known better: others than those that the date alone changed."""
        return sum(bool(change.learnt) for told in self.views for change in told.changes)

    @property
    def complete(self) -> bool:
        """Whether everything that was touched was compared; of a key, whether a view knows it."""
        by_key = self.wanted.key is not None
        alone = self.known if by_key else self.wanted.whole or not self.touched.shared
        return alone and not any(told.left for told in self.views)
