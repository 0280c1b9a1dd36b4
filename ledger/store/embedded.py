"""Starts a PostgreSQL of the project's own, shares it between processes, and stops it with its last user.

The server listens on a socket in a directory that only its account can open, and on no network address. What
belongs to it lies in one home directory: `cluster` (the data), `socket`, and the lock files of `keeper`.
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg.pq import PGconn, Ping

from ledger.store import keeper
from ledger.store.binaries import Binaries, find_binaries, usable_by_others
from ledger.store.places import (
    SOCKET_NAME,
    EmbeddedError,
    make_private,
    server_account,
    server_home,
    socket_directory,
)

__all__ = ["Binaries", "EmbeddedError", "Server", "Settings", "find_binaries", "revive", "running"]

SUPERUSER = "postgres"
ORPHAN_SECONDS_MAX = 10.0
ANSWER_SECONDS_MAX = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server is run. Turning `fsync` off can lose everything in a crash: only for tests."""

    fsync: bool = True
    connections_max: int = 200
    shared_buffers_mib: int = 256
    start_seconds_max: int = 600
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs while its context lasts: where it listens, its data, and its version (`18.4`)."""

    home: Path
    data_dir: Path
    socket_dir: Path
    version: str
    binaries: Binaries
    settings: Settings

    @property
    def pid(self) -> int | None:
        """The server's process now; None when it has died."""
        return keeper.server_pid(self.data_dir)

    def url(self, dbname: str = "postgres", user: str = SUPERUSER) -> str:
        """The address of a database; the socket's directory is the protection, so there is no password."""
        role, name, host = (quote(part, safe="") for part in (user, dbname, str(self.socket_dir)))
        return f"postgresql://{role}@/{name}?host={host}"


@contextmanager
def running(
    data_dir: Path, binaries: Binaries | None = None, settings: Settings | None = None
) -> Iterator[Server]:
    """Run a server on this directory, made if it is not there, for as long as the context lasts.

    Processes that name the same directory share one server; the last to leave stops it, and if that one was
    killed, the watching process does. Root's server runs as `nobody`, and lives under /var/tmp where that
    account cannot reach `data_dir`: `Server.data_dir` says where.

    Args:
        data_dir: the home of the data and the socket.
        binaries: which PostgreSQL; by default the data's version, or for new data the first that is found.
        settings: how to run it, if it does not run yet.

    Raises:
        EmbeddedError: no PostgreSQL, data of another version, or a server that does not start.
    """
    home = server_home(data_dir)
    server = _server(home, binaries, settings or Settings())
    with keeper.users(home) as users_file:
        try:
            revive(server)
            yield server
        finally:
            keeper.stop_if_last(home, users_file)


def revive(server: Server) -> None:
    """Start the server of a context again if it has died; returns when it answers, after recovery.

    A process that was killed counts as running until it is gone, so only an answer is believed.
    """
    deadline = time.monotonic() + server.settings.start_seconds_max
    with keeper.gate(server.home):
        while not _answers(server):
            if time.monotonic() > deadline:
                seconds, log = server.settings.start_seconds_max, _tail(server.data_dir / "server.log")
                raise EmbeddedError(f"PostgreSQL did not get ready in {seconds} seconds:\n{log}")
            if keeper.server_pid(server.data_dir) is None:
                _start(server)
            else:
                time.sleep(0.02)


def _server(home: Path, binaries: Binaries | None, settings: Settings) -> Server:
    major = _major_of(home / keeper.CLUSTER)
    chosen = binaries or find_binaries(major)
    if major not in (None, chosen.major):
        raise EmbeddedError(
            f"the data in {home} is of PostgreSQL {major}, and {chosen.bin_dir} is {chosen.version}"
        )
    if os.geteuid() == 0:
        chosen = usable_by_others(chosen)
    return Server(home, home / keeper.CLUSTER, socket_directory(home), chosen.version, chosen, settings)


def _major_of(cluster: Path) -> int | None:
    with suppress(FileNotFoundError):
        return int((cluster / "PG_VERSION").read_text())
    return None


def _start(server: Server) -> None:
    make_private(server.socket_dir)
    _clear_stale(server)
    if _major_of(server.data_dir) is None:
        _initialise(server)
    # The watcher first: whoever is killed while starting leaves no server behind either.
    subprocess.run([sys.executable, "-I", "-S", keeper.__file__, str(server.home)], check=True)  # noqa: S603
    wait = str(server.settings.start_seconds_max)
    log = server.data_dir / "server.log"
    options = shlex.join(_options(server))
    command = [
        "pg_ctl",
        "start",
        "-s",
        "-w",
        "-t",
        wait,
        "-D",
        str(server.data_dir),
        "-l",
        str(log),
        "-o",
        options,
    ]
    started = _run(server, command)
    if started.returncode != 0:
        raise EmbeddedError(
            f"PostgreSQL {server.version} did not start: {started.stderr.strip()}\n{_tail(log)}"
        )


def _options(server: Server) -> Iterator[str]:
    settings = server.settings
    fixed = (
        ("listen_addresses", ""),
        ("port", "5432"),
        ("unix_socket_directories", str(server.socket_dir)),
        ("fsync", "on" if settings.fsync else "off"),
        ("max_connections", str(settings.connections_max)),
        ("shared_buffers", f"{settings.shared_buffers_mib}MB"),
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
    )
    for name, value in (*fixed, *settings.options):
        yield from ("-c", f"{name}={value}")


def _initialise(server: Server) -> None:
    """Make the cluster under another name first: one half made must not be taken for a whole one."""
    fresh = server.home / "cluster.new"
    shutil.rmtree(fresh, ignore_errors=True)
    make_private(fresh)
    command = ["initdb", "--encoding=UTF8", "--locale=C", "--auth-local=trust", "--auth-host=reject"]
    made = _run(server, [*command, "--data-checksums", f"--username={SUPERUSER}", "-D", str(fresh)])
    if made.returncode != 0:
        raise EmbeddedError(f"initdb of PostgreSQL {server.version} failed: {made.stderr.strip()}")
    fresh.rename(server.data_dir)


def _run(server: Server, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    account = server_account()
    return subprocess.run(  # noqa: S603
        [str(server.binaries.bin_dir / command[0]), *command[1:]],
        check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd="/", umask=0o077,
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        user=account and account[0], group=account and account[1], extra_groups=[] if account else None,
    )  # fmt: skip


def _clear_stale(server: Server) -> None:
    """Remove what a killed server left: its orphaned processes first, since they still use the data's memory.

    The lock files go too: PostgreSQL would trust a pid in them that by now is another process, or a zombie.
    """
    cluster = server.data_dir
    deadline = time.monotonic() + ORPHAN_SECONDS_MAX
    while orphans := list(_processes_in(cluster)):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"processes of a dead server still use {cluster}: {orphans}")
        for pid in orphans:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)
        time.sleep(0.05)
    for left in (cluster / "postmaster.pid", *server.socket_dir.glob(f"{SOCKET_NAME}*")):
        left.unlink(missing_ok=True)


def _processes_in(cluster: Path) -> Iterator[int]:
    """PostgreSQL's processes work in the directory of their data."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink() == cluster and (process / "comm").read_text().startswith(
                "postgres"
            ):
                yield int(process.name)


def _answers(server: Server) -> bool:
    address = f"{server.url()}&connect_timeout={ANSWER_SECONDS_MAX}"
    return bool(PGconn.ping(address.encode()) == Ping.OK)


def _tail(log: Path, count: int = 10) -> str:
    with suppress(OSError):
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    return ""
