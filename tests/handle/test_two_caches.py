"""Two servers with warm caches on one database: neither a wrong yes nor a wrong no, whoever is faster."""

import dataclasses
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest

from ledger.errors import Refusal
from ledger.facts.parties import regions
from ledger.handle.reading import FoldCache, read_folds
from ledger.store.postgres import PostgresLog
from ledger.store.verify import verify
from tests.handle.test_memory import LOT, REGION
from tests.handle.test_shell import envelope, shell_on

LOTS, SERVERS, CALLERS = 40, 3, 8


@pytest.fixture
def shells(database):
    """Shells as in processes of their own: only the database in common; the last one soon forgets."""
    with ExitStack() as stack:
        logs = [PostgresLog(database.serve_url, mode="simulated") for _ in range(SERVERS)]
        for log in logs:
            stack.enter_context(closing(log))
        yield [
            shell_on(log, FoldCache(size_max=size))
            for log, size in zip(logs, (50_000, 50_000, 1), strict=True)
        ]


def test_every_lot_is_joined_once_and_every_no_names_the_yes(database, shells):
    for number in range(2):
        region = dataclasses.replace(REGION, region=f"r-{number}")
        shells[0].handle(envelope(region, f"region-{number}"))

    def run(caller):
        shell, order, answers = shells[caller % SERVERS], list(range(LOTS)), []
        random.Random(caller).shuffle(order)
        for lot in order:
            command = dataclasses.replace(LOT, region=f"r-{lot % 2}", lot=f"l-{lot}")
            try:
                answers.append((lot, shell.handle(envelope(command, f"{caller}-{lot}")).outcome.first, None))
            except Refusal as refusal:
                answers.append((lot, None, refusal.positions))
        return answers

    callers = SERVERS * CALLERS
    with ThreadPoolExecutor(callers) as pool:
        answers = [answer for answered in pool.map(run, range(callers)) for answer in answered]
    joined = {lot: position for lot, position, _ in answers if position}
    assert len(joined) == sum(position is not None for _, position, _ in answers) == LOTS
    assert all(joined[lot] in positions for lot, _, positions in answers if positions is not None)
    folds = {fold.name: fold for fold in map(regions, ("r-0", "r-1"))}
    states = [read_folds(shell.log, folds, shell.cache)[1] for shell in shells]
    assert all(state == read_folds(shells[0].log, folds)[1] for state in states)
    assert verify(database.serve_url).intact
