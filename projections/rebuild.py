"""The rebuild: every history folded anew from the log beside what is kept, and put in its place at once."""

from collections.abc import Iterable
from itertools import islice

from ledger.store.log import Log
from projections.base import View
from projections.growing import Histories, steps_of
from projections.history import DENSITY, Density
from projections.replaying import ahead, collecting_seldom
from projections.routes import Routes
from projections.shelf import Shelf
from projections.states import state_types

BATCH_MAX = 50_000


def rebuild(
    log: Log, shelf: Shelf, views: Iterable[View], *, upto: int | None = None, density: Density = DENSITY
) -> int:
    """Fold the whole log in large batches into a generation of its own, and switch to it.

    The position it is complete to.

    Readers and the live follower go on meanwhile; after the switch the follower continues from the new
    position.
    """
    histories = Histories(state_types(views), density)
    routes = Routes.of(one.kind for one in histories.types.values())
    position = log.head().position if upto is None else upto
    coming = ahead(log.tail(upto=position, types=routes.types))
    with collecting_seldom(), shelf.building() as building:
        while batch := list(islice(coming, BATCH_MAX)):
            building.keep(histories.grow(steps_of(routes.happenings(batch))))
        building.switch(position)
    return position
