"""What is thought to be otherwise: other policy values, events that did not happen, others that did."""

from typing import Any

from msgspec import Struct

from ledger.decisions.base import Context
from ledger.events.policy import PolicyRow


class Added(Struct, frozen=True):
    """What is thought to have happened right after a position: an event, or a command that a rule decides.

    ``context`` is what the command's rule is handed; an event has none.
    """

    after: int
    event: Any = None
    command: Any = None
    context: Context | None = None


class Change(Struct, frozen=True):
    """The one named thing that is changed. ``rows`` join every published book, each in place of its namesake.

    ``without`` are positions of events that are thought away; ``added`` rises by position.
    """

    rows: tuple[PolicyRow, ...] = ()
    without: frozenset[int] = frozenset()
    added: tuple[Added, ...] = ()

    @property
    def terms(self) -> frozenset[str]:
        """The names of the terms whose values are changed."""
        return frozenset(row.term for row in self.rows)

    @property
    def reaches_after(self) -> int:
        """The position up to which nothing can be otherwise; 0 where policy is changed."""
        if self.rows:
            return 0
        return min((*self.without, *(one.after for one in self.added)), default=0)
