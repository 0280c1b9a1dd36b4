"""Who uses an embedded server, and the process that stops it when nobody does any more.

A home directory holds three lock files. `gate` is held briefly by whoever starts or stops the server.
`users` is held shared by each user for as long as it needs the server; the kernel lets go of it however a
user ends. Run as a program, this file watches both and holds `watcher`, so that a user that was killed
leaves no server behind. It imports nothing but the standard library, so that watching costs little.
"""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

CLUSTER = "cluster"
WATCH_SECONDS = 0.5
FAST_SECONDS_MAX = 60.0
GONE_SECONDS_MAX = 10.0


@contextmanager
def gate(home: Path, mode: Literal["ab", "rb"] = "ab") -> Iterator[None]:
    """Hold the right to start or stop the server of this home; waits for whoever has it.

    With mode "rb" it must exist: the watcher must not make a file in a home that is being removed.
    """
    with (home / "gate").open(mode) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def users(home: Path) -> Iterator[int]:
    """Count as a user of the server; yields the lock's descriptor, for `stop_if_last`."""
    with (home / "users").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield file.fileno()


def pid_lines(cluster: Path) -> list[str]:
    """Read postmaster.pid: pid, directory, start, port, socket directory, address, memory key, status."""
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def server_pid(cluster: Path) -> int | None:
    """Give the pid of the server that runs on this cluster; None if there is none.

    The number in postmaster.pid is believed only if that process's command line names PostgreSQL and this
    cluster: after a crash the number may belong to anything.
    """
    lines = pid_lines(cluster)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    return pid if _is_postgres_on(pid, cluster) else None


def _is_postgres_on(pid: int, cluster: Path) -> bool:
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return Path(os.fsdecode(arguments[0])).name == "postgres" and os.fsencode(cluster) in arguments


def stop(cluster: Path) -> None:
    """Stop the server in order; if that takes over a minute, at once (the next start then recovers).

    One that is still being started, by somebody who was killed meanwhile, has no number yet: wait for it.
    """
    deadline = time.monotonic() + FAST_SECONDS_MAX
    while server_pid(cluster) is None and _is_starting(cluster) and time.monotonic() < deadline:
        time.sleep(0.01)
    for number, seconds in ((signal.SIGINT, FAST_SECONDS_MAX), (signal.SIGQUIT, GONE_SECONDS_MAX)):
        pid = server_pid(cluster)
        if pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        if _gone_within(seconds, pid, cluster):
            return


def _is_starting(cluster: Path) -> bool:
    """Whether a process was told this cluster: the one that starts the server, its shell, or a new server."""
    told = os.fsencode(cluster)
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            arguments = (process / "cmdline").read_bytes().split(b"\0")
            if told in arguments or (arguments[0].endswith(b"sh") and told in b" ".join(arguments)):
                return True
    return False


def _gone_within(seconds: float, pid: int, cluster: Path) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _is_postgres_on(pid, cluster):
            return True
        time.sleep(0.01)
    return False


def stop_if_last(home: Path, users_file: int) -> bool:
    """Stop the server unless somebody else uses it; says whether nobody does. The caller's own use ends."""
    with gate(home):
        return _leave(home, users_file)


def _leave(home: Path, users_file: int) -> bool:
    last = _lock(users_file)
    if last:
        stop(home / CLUSTER)
    fcntl.flock(users_file, fcntl.LOCK_UN)
    return last


def _lock(descriptor: int) -> bool:
    """Take a lock alone, if nobody else has it; a shared lock one had is lost either way."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def watch(home: Path, watcher: int) -> None:
    """Wait until nobody uses the server, and see that it is stopped.

    It touches `users` inside the gate only, so that nobody takes it for a user. It lets go of `watcher`
    there, so that whoever starts the server next is not left without one.
    """
    last = False
    with (home / "users").open("ab") as users_file:
        while not last:
            time.sleep(WATCH_SECONDS)
            with gate(home, "rb"):
                last = _leave(home, users_file.fileno())
                if last:
                    fcntl.flock(watcher, fcntl.LOCK_UN)


def main(home: Path) -> None:
    """Watch, unless somebody does, from a process of its own that belongs to no terminal and no parent."""
    with (home / "watcher").open("ab") as file:
        if not _lock(file.fileno()) or os.fork() > 0:
            os._exit(0)
        os.setsid()
        _let_go_of_the_starters_output()
        with suppress(FileNotFoundError):  # the home was removed: nothing is left to watch
            watch(home, file.fileno())


def _let_go_of_the_starters_output() -> None:
    """Whoever reads what the starter writes would else wait until nobody uses the server."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)
    os.close(nothing)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
