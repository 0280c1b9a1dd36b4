"""The launcher of our own PostgreSQL: it starts, shares, recovers and never leaves anything behind."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from ledger.store import keeper
from ledger.store.binaries import usable_by_others
from ledger.store.embedded import EmbeddedError, Settings, find_binaries, revive, running
from ledger.store.places import PUBLIC
from tests.postgres import session_binaries, temporary_home

pytestmark = pytest.mark.postgres
SMALL = Settings(shared_buffers_mib=32, connections_max=20)
USER = """
import sys
from pathlib import Path
from ledger.store.embedded import Settings, find_binaries, running
home, major = Path(sys.argv[1]), int(sys.argv[2])
with running(home, find_binaries(major), Settings(shared_buffers_mib=32)) as server:
    print(server.pid, flush=True)
    sys.stdin.read()
"""
SLOW_USER = """
import sys
from pathlib import Path
from ledger.store.binaries import Binaries
from ledger.store.embedded import Settings, running
home, bin_dir, version = sys.argv[1:]
with running(Path(home), Binaries(Path(bin_dir), version, "slow"), Settings(shared_buffers_mib=32)):
    sys.stdin.read()
"""


@pytest.fixture
def home():
    with temporary_home() as directory:
        yield directory
        assert gone(directory)


def start(home: Path):
    return running(home, session_binaries(), SMALL)


def processes_of(home: Path) -> list[psutil.Process]:
    """Everything alive that belongs to this home: the server, its workers, and the watcher."""
    cluster = str(home / "cluster")
    found = psutil.process_iter(["cmdline", "cwd", "status"])
    return [
        process
        for process in found
        if process.info["status"] != psutil.STATUS_ZOMBIE
        and (process.info["cwd"] == cluster or {str(home), cluster} & set(process.info["cmdline"] or ()))
        and process.pid not in (os.getpid(), *OTHER_USERS)
    ]


OTHER_USERS: set[int] = set()


@pytest.fixture
def another_user(home):
    """A second process that uses the server until its input is closed."""
    command = [sys.executable, "-c", USER, str(home), str(session_binaries().major)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        OTHER_USERS.add(process.pid)
        process.server_pid = int(process.stdout.readline())
        yield process
        process.kill()
    OTHER_USERS.clear()


def waited(is_so, seconds: float = 60) -> bool:
    """Whether it is so in the end; a busy machine takes its time."""
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.05)
    return is_so()


def gone(home: Path) -> bool:
    """Whether everything of this home ends."""
    return waited(lambda: not processes_of(home))


def ask(server, question: str):
    with psycopg.connect(server.url(), autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def kill_postmaster(server) -> int:
    pid = server.pid
    os.kill(pid, signal.SIGKILL)
    assert waited(lambda: server.pid is None)
    return pid


def test_a_server_answers_and_is_gone_afterwards(home) -> None:
    with start(home) as server:
        assert ask(server, "SHOW server_version").startswith(str(session_binaries().major))
        assert server.pid is not None
    assert server.pid is None
    assert gone(home)


def test_it_keeps_its_data_and_is_durable_by_default(home) -> None:
    with start(home) as server:
        ask(server, "CREATE TABLE kept AS SELECT 7 AS n")
    with start(home) as server:
        assert ask(server, "SELECT n FROM kept") == 7
        assert [ask(server, f"SHOW {name}") for name in ("fsync", "synchronous_commit")] == ["on", "on"]
        assert ask(server, "SHOW data_checksums") == "on"


def test_strings_are_utf8_in_c_order(home) -> None:
    with start(home) as server:
        database = "FROM pg_database WHERE datname = 'postgres'"
        assert (
            ask(server, f"SELECT pg_encoding_to_char(encoding) || ' ' || datcollate {database}") == "UTF8 C"
        )


def test_it_listens_on_no_network_address_and_its_socket_is_private(home) -> None:
    with start(home) as server:
        assert psutil.Process(server.pid).net_connections("inet") == []
        assert server.socket_dir.stat().st_mode & 0o777 == 0o700
        assert server.data_dir.stat().st_mode & 0o777 == 0o700


def test_it_never_runs_as_root(home) -> None:
    with start(home) as server:
        assert psutil.Process(server.pid).uids().real != 0


def test_two_uses_in_one_process_share_one_server(home) -> None:
    with start(home) as first:
        with start(home) as second:
            assert second.pid == first.pid
        assert ask(first, "SELECT 1") == 1
    assert first.pid is None


def test_the_last_of_two_processes_stops_it(home, another_user) -> None:
    with start(home) as server:
        assert server.pid == another_user.server_pid
    assert server.pid == another_user.server_pid
    another_user.communicate()
    assert server.pid is None


def test_whoever_reads_what_a_user_writes_does_not_wait_for_the_other_users(home, another_user) -> None:
    with start(home):
        assert another_user.communicate(timeout=30) == ("", None)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_user_leaves_no_server(home, another_user, number) -> None:
    another_user.send_signal(number)
    another_user.wait()
    assert gone(home)


def test_interrupting_a_terminal_does_not_reach_the_server(home) -> None:
    with start(home) as server:
        assert os.getpgid(server.pid) != os.getpgid(0)
        assert os.getsid(server.pid) != os.getsid(0)


def test_a_dead_servers_pid_that_is_now_somebody_elses_does_not_matter(home) -> None:
    with start(home) as server:
        lines = keeper.pid_lines(server.data_dir)
    pid_file = server.data_dir / "postmaster.pid"
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    assert server.pid is None
    with start(home) as again:
        assert ask(again, "SELECT 1") == 1


def test_a_killed_server_is_revived_with_what_it_acknowledged(home) -> None:
    with start(home) as server:
        ask(server, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        killed = kill_postmaster(server)
        revive(server)
        assert server.pid != killed
        assert ask(server, "SELECT count(*) FROM kept") == 1000


def test_a_server_is_revived_at_once_after_it_was_killed(home) -> None:
    """Not a moment's wait: what was killed still stands in /proc for a while."""
    with start(home) as server:
        for _ in range(5):
            os.kill(server.pid, signal.SIGKILL)
            revive(server)
            assert ask(server, "SELECT 1") == 1


def test_whoever_is_killed_while_starting_leaves_no_server(home) -> None:
    with start(home):
        pass
    command = [sys.executable, "-c", USER, str(home), str(session_binaries().major)]
    for tenths in (2, 3, 4, 5):
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
            OTHER_USERS.add(process.pid)
            time.sleep(tenths / 10)
            process.kill()
        assert gone(home)
    OTHER_USERS.clear()


def test_a_server_that_a_killed_user_was_starting_is_stopped_too(home) -> None:
    """Its number is not written yet when the watcher looks."""
    with start(home):
        pass
    slow = home / "bin"
    slow.mkdir()
    slow.chmod(0o755)
    for program in session_binaries().bin_dir.iterdir():
        (slow / program.name).symlink_to(program)
    (slow / "pg_ctl").unlink()
    real = shlex.quote(str(session_binaries().bin_dir / "pg_ctl"))
    (slow / "pg_ctl").write_text(f'#!/bin/sh\nsleep 2\nexec {real} "$@"\n')
    (slow / "pg_ctl").chmod(0o755)
    command = [sys.executable, "-c", SLOW_USER, str(home), str(slow), session_binaries().version]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        OTHER_USERS.add(process.pid)
        assert waited(lambda: any(str(slow / "pg_ctl") in one.info["cmdline"] for one in processes_of(home)))
        process.kill()
    assert gone(home)
    OTHER_USERS.clear()


def test_a_server_killed_with_a_busy_session_starts_again(home) -> None:
    with start(home) as server:
        connection = psycopg.connect(server.url(), autocommit=True)
        connection.execute("SELECT pg_backend_pid()")
        kill_postmaster(server)
    with start(home) as server:
        assert ask(server, "SELECT 1") == 1
    connection.close()


def test_a_long_path_still_has_a_short_socket(home) -> None:
    deep = home / ("d" * 60) / ("e" * 60)
    with start(deep) as server:
        assert len(str(server.socket_dir)) < 100
        assert ask(server, "SELECT 1") == 1
    shutil.rmtree(server.socket_dir)
    assert gone(deep)


def test_data_of_another_version_is_refused(home) -> None:
    with start(home) as server:
        pass
    (server.data_dir / "PG_VERSION").write_text("14\n")
    with pytest.raises(EmbeddedError, match="of PostgreSQL 14"), start(home):
        pass


def test_a_setting_names_the_binaries(monkeypatch) -> None:
    monkeypatch.setenv("LIGGARE_PG_BIN", str(session_binaries().bin_dir))
    assert find_binaries().origin == "setting"


def test_a_setting_that_names_no_binaries_is_refused(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("LIGGARE_PG_BIN", str(tmp_path))
    with pytest.raises(EmbeddedError, match="holds no postgres"):
        find_binaries()


def test_a_socket_directory_that_others_can_open_is_refused(home) -> None:
    (home / "socket").mkdir()
    (home / "socket").chmod(0o777)
    with pytest.raises(EmbeddedError, match="not private"), start(home):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives its server to another account")
def test_a_private_home_moves_to_where_the_servers_account_can_reach(tmp_path) -> None:
    tmp_path.chmod(0o700)
    with start(tmp_path / "data") as server:
        assert server.home.parent == PUBLIC
        assert ask(server, "SELECT 1") == 1
    assert gone(server.home)
    shutil.rmtree(server.home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root copies binaries for another account")
def test_private_binaries_are_copied_for_that_account(tmp_path, home) -> None:
    wheel = find_binaries(18)
    if wheel.origin != "wheel":
        pytest.skip("the system's own 18 is no copy of a wheel")
    package, private = wheel.bin_dir.parents[1], tmp_path / wheel.bin_dir.parents[1].name
    tmp_path.chmod(0o700)
    for name in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.with_name(name), tmp_path / name, symlinks=True)
    copied = usable_by_others(replace(wheel, bin_dir=private / wheel.bin_dir.parent.name / "bin"))
    assert PUBLIC in copied.bin_dir.parents
    with running(home, copied, SMALL) as server:
        assert ask(server, "SELECT 1") == 1
    shutil.rmtree(copied.bin_dir.parents[2])
