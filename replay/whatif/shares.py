"""A what-if in several processes, and the one of a policy value over all awards that is measured."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

from ledger.events.policy import PolicyRow
from ledger.store.log import Log
from replay.reperform import WHOLE, Scope, Share
from replay.whatif.change import Change
from replay.whatif.found import Found, together
from replay.whatif.history import Asked, History
from replay.whatif.readings import moved

OpenLog = Callable[[], Log]
AWARDS = frozenset({"award-order"})


def quiet(_found: Found) -> None:
    """Tells nobody."""


def what_if(
    open_log: OpenLog, asked: Asked, processes: int = 1, tell: Callable[[Found], None] = quiet
) -> Found:
    """What would be otherwise; ``open_log`` gives each process its own reading of the log.

    ``tell`` hears now and then of the share that the first process has come to; like ``open_log`` it is sent.
    Followed through it is one process's work, since each decision may rest on any before it. Raises Corrupt,
    RefusedError.
    """
    if processes == 1 or asked.follow:
        return _share(open_log, asked, WHOLE, tell)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        running = [
            pool.submit(_share, open_log, asked, Share(n, processes), tell if n == 0 else quiet)
            for n in range(processes)
        ]
        return together([one.result() for one in running])


def policy_over_awards(
    open_log: OpenLog, rows: tuple[PolicyRow, ...], scope: Scope, processes: int = 1
) -> Found:
    """Every award in scope under other policy values, first consequences only, without the readings."""
    asked = Asked(Change(rows), scope, AWARDS, readings=False)
    return what_if(open_log, asked, processes)


def _share(open_log: OpenLog, asked: Asked, share: Share, tell: Callable[[Found], None]) -> Found:
    log = open_log()
    try:
        history = History(log, asked, share)
        found = history.run(tell)
        if asked.readings:
            found.moved = list(moved(history, log))
        found.fallen = sorted(history.past.fallen)
        return found
    finally:
        log.close()
