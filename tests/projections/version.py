"""A server's views without its door, as a process: it follows, and answers on standard output when asked.

Run as a program with the tree of one code version on the path. A line on standard input asks; the answer is
one line of JSON: what is kept and to where, what readers get now, and what a fold of the log gives.
"""

import json
import sys
import threading
from contextlib import closing
from hashlib import sha256
from typing import Any

import projections.follow
from api.rebuilding import in_background
from ledger.facts.worked_shifts import worked_time
from ledger.handle.reading import read_folds
from ledger.store.log import Log
from ledger.store.postgres import PostgresLog
from projections.base import VIEWS
from projections.code import folding_version
from projections.current import ShelfCache
from projections.follow import Follower, folded
from projections.shelf import Shelf
from projections.shelf_postgres import PostgresShelf
from projections.states import state_types

TYPES = state_types(VIEWS.values())


def digest(states: dict[str, Any]) -> str:
    """One number for all states of a consultant's worked time."""
    encode = TYPES[worked_time.name].shape.encode
    return sha256(b"".join(encode(state) for _, state in sorted(states.items()))).hexdigest()


def looked(log: Log, shelf: Shelf) -> dict[str, Any]:
    """How it stands now."""
    head = log.head().position
    expected = {key: state for (_, key), state in folded([worked_time], log.tail(upto=head)).items()}
    cache = ShelfCache(shelf=shelf, types=TYPES, upto=head)
    _, found = read_folds(log, {key: worked_time(key) for key in expected}, cache, upto=head)
    return {
        "code": folding_version(), "head": head, "kept": shelf.position(),
        "answered": digest(dict(found)), "folded": digest(expected),
    }  # fmt: skip


def main(url: str) -> None:
    """Follow and answer until standard input ends."""
    projections.follow.REBUILD_EVENTS_MIN = 10
    stopping = threading.Event()
    with closing(PostgresLog(url, mode="simulated")) as log, closing(PostgresShelf(url)) as shelf:
        follower = Follower(log, shelf, rebuild=in_background(url))
        following = threading.Thread(target=follower.run, args=(stopping, 0.05))
        following.start()
        for _ in sys.stdin:
            sys.stdout.write(json.dumps(looked(log, shelf)) + "\n")
            sys.stdout.flush()
        stopping.set()
        following.join()


if __name__ == "__main__":
    main(sys.argv[1])
