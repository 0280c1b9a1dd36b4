"""The rehearsal of a restore: dump, restore on a fresh server, verify, compare, continue.

The backup is the two databases and nothing else; the master key is the operator's to keep, and the drill
uses the same.
"""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from api.opening import identity_of, mode_of, opened
from api.parts import Parts
from api.place import Place, make_databases, place_of, place_on
from api.settings import Settings
from ledger.decisions.base import DECISIONS
from ledger.errors import LedgerError, Unsafe
from ledger.handle.shell import Envelope
from ledger.store.binaries import Binaries, find_binaries
from ledger.store.embedded import running
from ledger.store.verify import verify
from projections.base import VIEWS
from replay.digests import digests_folded

SAMPLE = "register-supplier"
SMALL_EVENTS = 50
DUMP_SECONDS_MAX = 3600


class DrillError(LedgerError):
    """A step could not be carried out; the message says which."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the rehearsal: whether it came out as it must, what was found, and how long it took."""

    name: str
    fine: bool
    found: str
    seconds: float


def rehearsed(settings: Settings, work: Path, *, small: bool = False) -> Iterator[Step]:
    """Carry out the rehearsal in a directory, step by step. Raises DrillError, Unsafe, psycopg.Error."""
    with ExitStack() as stack:
        source, from_settings = _source(settings, work, stack, small=small)
        programs = _programs(source.serve_url)
        yield from _timed("source", lambda: _described(source))
        yield from _timed("dump", lambda: _dumped(source, programs, work))
        fresh = stack.enter_context(running(work / "postgres", programs))
        there = replace(from_settings, state_dir=work / "restored", database_url=None)
        yield from _timed("restore", lambda: _restored(fresh.url(), there, programs, work))
        place = replace(place_on(fresh.url(), there, "restored", make=False), master=source.master)
        yield from compared(source, place, there)


def compared(source: Place, restored: Place, settings: Settings) -> Iterator[Step]:
    """Everything that must be the same, and the one command more."""
    upto = _head(restored.serve_url)[0]
    yield from _timed("verify", lambda: _verified(restored.serve_url, upto))
    yield from _timed("head", lambda: _same_head(source, restored, upto))
    yield from _timed("views", lambda: _same_views(source, restored, settings, upto))
    yield from _timed("continue", lambda: _continued(restored, settings, upto))
    yield from _timed("verify again", lambda: _verified(restored.serve_url, upto + 1))


def _timed(name: str, act: Callable[[], tuple[bool, str]]) -> Iterator[Step]:
    began = time.monotonic()
    fine, found = act()
    yield Step(name, fine, found, time.monotonic() - began)


def _source(settings: Settings, work: Path, stack: ExitStack, *, small: bool) -> tuple[Place, Settings]:
    """The ledger that is there, or a small one made for the rehearsal."""
    if not small:
        try:
            place = stack.enter_context(place_of(settings, make=False))
            mode_of(place.serve_url, None)
        except Unsafe:
            stack.pop_all().close()
        else:
            return place, settings
    own = Settings(state_dir=work / "small", master_key=settings.master_key)
    place = stack.enter_context(place_of(own))
    with opened(place, own, "simulated") as parts:
        for number in range(SMALL_EVENTS):
            _append_one(parts, number)
    return place, own


def _programs(serve_url: str) -> Binaries:
    """Programs of the server's own version: a dump is never older than its server."""
    with psycopg.connect(serve_url) as connection:
        major = connection.info.server_version // 10000
    return find_binaries(major)


def _described(source: Place) -> tuple[bool, str]:
    position, leaf = _head(source.serve_url)
    return position > 0, f"{position} events on {source.origin}, last leaf {leaf[:16]}"


def _dumped(source: Place, programs: Binaries, work: Path) -> tuple[bool, str]:
    for name, url in _databases(source).items():
        _run(programs, "pg_dump", "--format=custom", f"--file={work / name}.dump", f"--dbname={url}")
    size = sum(file.stat().st_size for file in work.glob("*.dump"))
    return True, f"two databases, {size / 1024**2:.1f} MiB"


def _restored(admin_url: str, settings: Settings, programs: Binaries, work: Path) -> tuple[bool, str]:
    """Restore into databases and roles of the same names, on a server that never saw them."""
    settings.state_dir.mkdir()
    make_databases(admin_url, settings.database_name, dict.fromkeys(("owner", "serve"), "drill"))
    roles = settings.state_dir / f"{settings.database_name}-roles.json"
    roles.write_text('{"owner": "drill", "serve": "drill"}', "ascii")
    for name, database in (("ledger", settings.database_name), ("vault", f"{settings.database_name}_vault")):
        url = psycopg.conninfo.make_conninfo(admin_url, dbname=database)
        _run(programs, "pg_restore", "--exit-on-error", f"--dbname={url}", f"{work / name}.dump")
    return True, f"on a fresh PostgreSQL {programs.version}"


def _databases(source: Place) -> dict[str, str]:
    """The owner's addresses, to dump from: the serving role may not read all of the vault."""
    if source.owner_url is None or source.vault_owner_url is None:
        raise Unsafe("a backup takes the owner's addresses: rehearse where LIGGARE_DATABASE_URL is set")
    return {"ledger": source.owner_url, "vault": source.vault_owner_url}


def _run(programs: Binaries, program: str, *arguments: str) -> None:
    path = programs.bin_dir / program
    if not path.exists():
        raise DrillError(f"{programs.bin_dir} has no {program}; set LIGGARE_PG_BIN to a whole installation")
    done = subprocess.run(  # noqa: S603  a program of PostgreSQL's, with addresses this process made
        [str(path), *arguments], check=False, capture_output=True, text=True, timeout=DUMP_SECONDS_MAX
    )
    if done.returncode != 0:
        raise DrillError(f"{program} failed: {done.stderr.strip().splitlines()[-1:]}")


def _verified(serve_url: str, events: int) -> tuple[bool, str]:
    report = verify(serve_url)
    return (
        report.intact and report.events == events,
        f"{report.events} events, {len(report.findings)} findings",
    )


def _same_head(source: Place, restored: Place, upto: int) -> tuple[bool, str]:
    """The last leaf of the dump stands at the same position in both; the source may have gone on since."""
    there = _leaf_at(source.serve_url, upto), _leaf_at(restored.serve_url, upto)
    return there[0] == there[1] != "", f"position {upto}, leaf {there[1][:16]}"


def _same_views(source: Place, restored: Place, settings: Settings, upto: int) -> tuple[bool, str]:
    digests = []
    for place in (source, restored):
        with opened(place, settings, follow=False) as parts:
            digests.append(digests_folded(parts.log, VIEWS.values(), upto=upto))
    same = digests[0] == digests[1]
    return (
        same,
        f"{len(digests[0])} views, {sum(one.states for one in digests[0])} states, {_word(same=same)}",
    )


def _continued(restored: Place, settings: Settings, upto: int) -> tuple[bool, str]:
    """One more command, with the keys of the restored vault, by the ledger that it was."""
    with opened(restored, settings) as parts:
        before = identity_of(parts.log)
        position = _append_one(parts, upto)
    return before == parts.ledger and position == upto + 1, f"one more command, position {position}"


def _append_one(parts: Parts, number: int) -> int:
    decision = DECISIONS[SAMPLE]
    fields = {**decision.example, "supplier": f"s-drill-{number}"}
    envelope = Envelope(
        decision.command(**fields), "liggare-drill", f"drill-{number}", "operator", None, parts.clock.now()
    )
    return parts.shell.handle(envelope).outcome.first


def _head(serve_url: str) -> tuple[int, str]:
    with psycopg.connect(serve_url) as connection:
        row = connection.execute("SELECT head FROM liggare.head()").fetchone()
    position = int(row[0]) if row else 0
    return position, _leaf_at(serve_url, position)


def _leaf_at(serve_url: str, position: int) -> str:
    with psycopg.connect(serve_url) as connection:
        row = connection.execute(
            "SELECT leaf FROM liggare.events WHERE position = %s", (position,)
        ).fetchone()
    return bytes(row[0]).hex() if row else ""


def _word(*, same: bool) -> str:
    return "the same digests" if same else "OTHER digests"
