"""A what-if in several processes, and the one of a policy value over all awards that is measured."""

from collections.abc import Callable

from ledger.events.policy import PolicyRow
from ledger.store.log import Log
from replay.parts import Tell, carried_out, end_if_alone
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
    RefusedError, PartFailedError.
    """
    if processes == 1 or asked.follow:
        return _share(open_log, asked, WHOLE, tell)
    parts: list[Found] = [Found()] * processes

    def hear(number: int, found: Found) -> None:
        parts[number] = found

    each = [(open_log, asked, Share(n, processes), tell if n == 0 else quiet) for n in range(processes)]
    carried_out(_part, each, hear)
    return together(parts)


def _part(open_log: OpenLog, asked: Asked, share: Share, tell: Callable[[Found], None], _say: Tell) -> Found:
    """What each process does; it tells people, not the one that waits for it."""

    def telling(found: Found) -> None:
        end_if_alone()
        tell(found)

    return _share(open_log, asked, share, telling)


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
