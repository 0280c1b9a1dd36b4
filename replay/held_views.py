"""What the live views hold, against what the log gives: every view's digest both ways, at one position."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ledger.errors import Corrupt
from ledger.store.log import Log
from projections.base import View
from projections.shelf import Shelf
from replay.digests import ViewDigest, digest_kept, digests_folded_apart


@dataclass(frozen=True, slots=True)
class Compared:
    """One view: what a new fold of the log comes to, and what is kept.

    ``kept`` is None where nothing is, or where ``fault`` says why it cannot be what the log gives.
    """

    folded: ViewDigest
    kept: ViewDigest | None
    fault: str = ""

    @property
    def same(self) -> bool | None:
        """Whether what is kept is what the log gives; None where nothing is kept."""
        if self.kept is None:
            return False if self.fault else None
        return self.kept == self.folded


def views_compared(
    url: str,
    log: Log,
    shelf: Shelf,
    views: Iterable[View],
    *,
    processes: int,
    tell: Callable[[int, int], None],
) -> tuple[Compared, ...]:
    """Fold the log behind a URL anew, up to where a shelf is complete to, and compare every view's digest.

    A view that is built anew meanwhile is compared with nothing. Raises PartitionStoppedError, Corrupt where
    the log cannot be read, psycopg.Error.
    """
    wanted, position = tuple(views), shelf.position()
    upto = min(position, log.head().position)
    folded = digests_folded_apart(url, wanted, upto, processes=processes, tell=tell)
    return tuple(_compared(shelf, view, one, position) for view, one in zip(wanted, folded, strict=True))


def _compared(shelf: Shelf, view: View, folded: ViewDigest, position: int) -> Compared:
    if position > folded.position:
        return Compared(folded, None, f"is complete to p{position}, and the log ends at p{folded.position}")
    try:
        kept = digest_kept(shelf, view, upto=position) if position else None
    except Corrupt as error:
        return Compared(folded, None, str(error))
    return Compared(folded, kept if kept is not None and kept.position == position else None)
