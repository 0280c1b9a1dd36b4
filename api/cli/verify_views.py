"""What `liggare verify --views` says: each view by name, whether what is kept is what the log gives."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from api.cli.layout import both
from api.cli.program import table
from api.cli.progress import telling
from api.opening import opened
from api.place import Place
from api.settings import Settings
from ledger.store.verify_examination import Found
from ledger.store.verify_processes import processes_for
from projections.base import VIEWS
from replay.held_views import Compared, views_compared

SAID = {True: "samma/same", False: "annan/differs", None: "inget/none"}


def held_views(place: Place, settings: Settings, processes: int | None) -> tuple[Compared, ...]:
    """Every view folded anew, and compared with what is kept; with progress."""
    with opened(place, settings, follow=False) as parts, telling() as told:
        shelf = parts.timeline.shelf
        if shelf is None:
            return ()
        number = processes_for(shelf.position(), processes)
        views = [VIEWS[name] for name in sorted(VIEWS)]
        return views_compared(place.serve_url, parts.log, shelf, views, processes=number, tell=told)


def found_in(views: Sequence[Compared]) -> Iterator[Found]:
    """A finding for each view that holds something else than the log gives."""
    for one in views:
        if one.same is False:
            yield one.folded.position, f"view {one.folded.view}: {one.fault or _differing(one)}"


def _differing(one: Compared) -> str:
    kept, given = (f"{side.states} states, {side.digest[:16]}" for side in (one.kept, one.folded) if side)
    return f"holds {kept}; the log gives {given}"


def views_document(views: Sequence[Compared]) -> list[dict[str, Any]]:
    """The same as JSON; ``same`` is null where nothing is kept."""
    return [
        {
            "view": one.folded.view, "position": one.folded.position, "states": one.folded.states,
            "digest": one.folded.digest, "same": one.same,
        }
        for one in views
    ]  # fmt: skip


def views_shown(views: Sequence[Compared], events: int) -> Iterator[Table]:
    """Each view in a line; and where they end, if the log goes on from there."""
    if not views:
        return
    yield _listed(views)
    if (upto := views[0].folded.position) < events:
        yield from both(
            f"vyerna är jämförda till p{upto}; vad som följer till p{events} har de ännu inte läst",
            f"views are compared up to p{upto}; what follows up to p{events} they have not read yet",
        )


def _listed(views: Sequence[Compared]) -> Table:
    listed = table("vy/view", "states", "digest", "kept")
    for one in views:
        listed.add_row(one.folded.view, str(one.folded.states), one.folded.digest[:16], SAID[one.same])
    return listed
