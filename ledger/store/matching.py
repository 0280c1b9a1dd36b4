"""What foreign ports ask beyond the log's own: queries by type or tag alone, and appends on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.store.log import Append, Log, Outcome, Record


@dataclass(frozen=True, slots=True)
class Match:
    """Events of any of these types (of every type, when empty) that carry all of these tags."""

    types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


ALL = (Match(),)


class MatchingLog(Log, Protocol):
    """A log that answers such queries too."""

    def matching(
        self, items: Sequence[Match], *, after: int = 0, limit: int | None = None
    ) -> tuple[int, list[Record]]:
        """(head, the records that match any item, in order): from one snapshot."""
        ...

    def append_unless(self, append: Append, items: Sequence[Match], after: int) -> Outcome:
        """Append unless a later event matches any item. Raises Conflict and what ``append`` raises."""
        ...
