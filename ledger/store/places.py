"""Where an embedded server may live: directories its account can reach, and nobody else can meddle with."""

import hashlib
import os
import pwd
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

PUBLIC = Path("/var/tmp")  # noqa: S108  # every account reaches it, and it survives a reboot; see `owned_directory`
UNPRIVILEGED = "nobody"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_BYTES_MAX = 107


class EmbeddedError(Exception):
    """The embedded server cannot be found, started or used; the message says what to do."""


def server_account() -> tuple[int, int] | None:
    """PostgreSQL refuses to run as root: then another account, by user and group id; None is one's own."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(UNPRIVILEGED)
    return entry.pw_uid, entry.pw_gid


def server_home(wanted: Path) -> Path:
    """Make the directory for a server, or, where the server's account could not reach it, one under /var/tmp.

    Raises:
        EmbeddedError: it is another account's.
    """
    home = owned_directory(wanted.resolve())
    if server_account() is None or traversable_by_others(home):
        return home
    return owned_directory(PUBLIC / f"liggare-{digest(str(home))}")


def socket_directory(home: Path) -> Path:
    """Choose the directory of a server's socket, whose path the kernel limits to 107 bytes."""
    beside = home / "socket"
    if len(os.fsencode(beside / SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX:
        return beside
    return Path(tempfile.gettempdir()) / f"liggare-{os.geteuid()}-{digest(str(home))}"


def make_private(directory: Path) -> None:
    """Make a directory that only the server's account, and root, can open.

    Raises:
        EmbeddedError: it is there already, and others can open it.
    """
    uid, gid = server_account() or (os.geteuid(), os.getegid())
    with suppress(FileExistsError):
        directory.mkdir(mode=0o700)
        os.chown(directory, uid, gid)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
        raise EmbeddedError(f"{directory} is not private to the server's account; remove it and try again")


def owned_directory(path: Path) -> Path:
    """Make a directory of ours, or check that it is: names in places where anybody may write can be guessed.

    Raises:
        EmbeddedError: it is another account's, or others may write in it.
    """
    try:
        path.mkdir(mode=0o755, parents=True, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise EmbeddedError(f"{path} cannot be used: {error}") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & stat.S_IWOTH:
        raise EmbeddedError(f"{path} is not this account's alone; remove it or run as its owner")
    return path


def traversable_by_others(directory: Path) -> bool:
    """Say whether any account can reach what is in this directory."""
    return all(path.stat().st_mode & stat.S_IXOTH for path in (directory, *directory.parents))


def digest(text: str) -> str:
    """Make a short name that differs for each text."""
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:16]
