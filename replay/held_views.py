"""What the live views hold, against what the log gives: every view's digest both ways, at one position."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from projections.base import View
from projections.shelf import Shelf
from replay.digests import ViewDigest, digest_kept, digests_folded_apart


@dataclass(frozen=True, slots=True)
class Compared:
    """One view: what a new fold of the log comes to, and what is kept; ``kept`` is None where nothing is."""

    folded: ViewDigest
    kept: ViewDigest | None

    @property
    def differs(self) -> bool:
        """Whether what is kept is not what the log gives."""
        return self.kept is not None and self.kept != self.folded


def views_compared(
    url: str, shelf: Shelf, views: Iterable[View], *, processes: int, tell: Callable[[int, int], None]
) -> tuple[Compared, ...]:
    """Fold the log behind a URL anew, up to where a shelf is complete to, and compare every view's digest.

    A view that is built anew meanwhile is compared with nothing. Raises PartitionStoppedError, Corrupt,
    psycopg.Error.
    """
    wanted, position = tuple(views), shelf.position()
    folded = digests_folded_apart(url, wanted, position, processes=processes, tell=tell)
    found = []
    for view, one in zip(wanted, folded, strict=True):
        kept = digest_kept(shelf, view, upto=position) if position else None
        found.append(Compared(one, kept if kept is not None and kept.position == position else None))
    return tuple(found)
