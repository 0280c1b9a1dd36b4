"""Read, decide and append: our shell without and with cached folds, and the library's `DCBApplication.do`."""

import os
from collections import defaultdict
from collections.abc import Callable
from itertools import count, cycle

from eventsourcing.dcb.application import DCBApplication
from psycopg import sql

from benchmarks import callers
from benchmarks.accessions import Accede, command, for_library, history
from benchmarks.appends import Say
from benchmarks.contracts import CLIENT
from benchmarks.loading import load, sealed_plainly
from benchmarks.place import Database, Place, execute, settle
from benchmarks.plan import Plan
from benchmarks.sides.library_dcb import POOL_MAX
from ledger.clock import RealClock
from ledger.facts.parties import regions
from ledger.handle.headers import LedgerIdentity
from ledger.handle.reading import NO_CACHE, FoldCache, read_folds
from ledger.handle.shell import Envelope, Shell
from ledger.store.postgres import PostgresLog
from ledger.store.vault_keys import MasterKey
from ledger.store.vault_memory import MemoryVault

SCHEMA = "library_decisions"
_LOADED_AT_ONCE = 2_000


def measure(at: Place, plan: Plan, say: Say) -> dict[str, list[float]]:
    """Decisions a second by side, one of each round."""
    database = at.database("bench_decisions")
    fresh = [_regions(round_, plan) for round_ in range(plan.rounds)]
    _prepare(database, [region for names in fresh for mine in names for region in mine], plan)
    found: dict[str, list[float]] = defaultdict(list)
    for names in fresh:
        for side, rate in (
            ("ours, cold", _ours(database, names, plan, cached=False)),
            ("ours, cached", _ours(database, names, plan, cached=True)),
            ("library-dcb", _library(database, names, plan)),
        ):
            say(f"decisions: {side}, {plan.decision_callers} threads: {rate:,.0f}/s")
            found[side].append(rate)
    at.drop(database)
    return dict(found)


def _regions(round_: int, plan: Plan) -> list[list[str]]:
    """Each caller's own regions, new in every round: what was decided in one must not burden the next."""
    return [[f"r-{round_}-{n}-{m}" for m in range(plan.regions)] for n in range(plan.decision_callers)]


def _prepare(database: Database, names: list[str], plan: Plan) -> None:
    execute(database.owner_url, "CREATE SCHEMA library_decisions")
    path = "ALTER ROLE bench_owner IN DATABASE {} SET search_path = library_decisions"
    execute(database.admin_url, path, sql.Identifier(database.name))
    past = [happened for name in names for happened in history(name, plan.history)]
    load(database, ((f"c-{n}", sealed_plainly(happened, str(n))) for n, happened in enumerate(past)))
    application = _application(database, create=True)
    events = [for_library(happened) for happened in past]
    for begin in range(0, len(events), _LOADED_AT_ONCE):
        application.recorder.append(events[begin : begin + _LOADED_AT_ONCE])
    application.close()
    settle(database)


def _ours(database: Database, names: list[list[str]], plan: Plan, *, cached: bool) -> float:
    log = PostgresLog(database.serve_url, mode="real", readers_max=plan.decision_callers)
    cache = FoldCache() if cached else NO_CACHE
    shell = Shell(
        log, MemoryVault(MasterKey.generate()), RealClock(), LedgerIdentity("l-bench", "real"), cache
    )
    try:
        if cached:
            read_folds(log, {f.name: f for mine in names for f in map(regions, mine)}, cache)
        return callers.threads(
            lambda n: _decide(shell, names[n]), len(names), plan.warm_seconds, plan.seconds
        )
    finally:
        log.close()


def _decide(shell: Shell, names: list[str]) -> Callable[[], object]:
    region, numbers, run = cycle(names), count(), os.urandom(4).hex()

    def call() -> object:
        lot = f"{run}-{next(numbers)}"
        asked = command(next(region), lot)
        return shell.handle(
            Envelope(asked, CLIENT, f"{asked.region}-{lot}", "decider-1", None, shell.clock.now())
        )

    return call


def _library(database: Database, names: list[list[str]], plan: Plan) -> float:
    application = _application(database)
    try:
        return callers.threads(
            lambda n: _do(application, names[n]), len(names), plan.warm_seconds, plan.seconds
        )
    finally:
        application.close()


def _do(application: DCBApplication, names: list[str]) -> Callable[[], object]:
    region, numbers, run = cycle(names), count(), os.urandom(4).hex()
    return lambda: application.do(Accede(command(next(region), f"{run}-{next(numbers)}")))


def _application(database: Database, *, create: bool = False) -> DCBApplication:
    env = database.library_env(SCHEMA, POOL_MAX, create=create)
    env["PERSISTENCE_MODULE"] = "eventsourcing.dcb.postgres_tt"
    env["MAPPER_TOPIC"] = "eventsourcing.dcb.msgpack:MessagePackMapper"
    return DCBApplication(env)
