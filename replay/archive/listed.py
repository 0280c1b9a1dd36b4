"""Reads what METS says of a package's files, and holds the files against it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from xml.parsers import expat

from replay.archive.fault import Fault
from replay.archive.mets import REPRESENTATION

METS = "METS.xml"
_PIECE = 1 << 20
_NAMESPACES = "http://www.loc.gov/METS/ ", "http://www.w3.org/1999/xlink "
_DIGESTED = ("file", "mdRef")


@dataclass(slots=True)
class _Listing:
    """What a METS file lists: size and digest of each file, by its name from there."""

    where: str
    found: dict[str, tuple[int, str]] = field(default_factory=dict)
    _pending: tuple[int, str] | None = None

    def start(self, name: str, given: dict[str, str]) -> None:
        plain = name.removeprefix(_NAMESPACES[0])
        if plain in _DIGESTED:
            if given.get("CHECKSUMTYPE") != "SHA-256":
                raise Fault(self.where, "en kontrollsumma är inte SHA-256", "a check sum is not SHA-256")
            self._pending = int(given["SIZE"]), given["CHECKSUM"].lower()
        href = given.get(f"{_NAMESPACES[1]}href")
        if plain in {"mdRef", "FLocat"} and href is not None and self._pending is not None:
            if href in self.found:
                raise Fault(self.where, "{} står två gånger", "{} stands there twice", href)
            self.found[href] = self._pending
            self._pending = None

    def refuse(self, *_: object) -> None:
        raise Fault(self.where, "en dokumenttyp hör inte hit", "a document type does not belong here")


def check_files(top: Path) -> None:
    """Hold every file against the METS files, whose own is named by the other. Raises Fault."""
    expected = {
        f"{REPRESENTATION}/{name}": kept for name, kept in _listed(top, f"{REPRESENTATION}/{METS}").items()
    }
    expected |= _listed(top, METS)
    there = {
        path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_symlink() or not path.is_dir()
    }
    for name in sorted(expected.keys() ^ (there - {METS})):
        if name in there:
            raise Fault(name, "hör inte hit", "does not belong here")
        raise Fault(name, "saknas", "is missing")
    for name, kept in sorted(expected.items()):
        if _measured(top / name) != kept:
            raise Fault(name, "en annan kontrollsumma", "another check sum")


def _listed(top: Path, name: str) -> dict[str, tuple[int, str]]:
    listing = _Listing(name)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = listing.start
    parser.StartDoctypeDeclHandler = listing.refuse
    try:
        with (top / name).open("rb") as file:
            parser.ParseFile(file)
    except OSError as error:
        raise Fault(name, "kan inte läsas: {}", "cannot be read: {}", error.strerror) from error
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise Fault(name, "kan inte läsas: {}", "cannot be read: {}", error) from error
    return listing.found


def _measured(path: Path) -> tuple[int, str]:
    if path.is_symlink() or not path.is_file():  # a pipe has no end
        return -1, ""
    digest, size = sha256(), 0
    for piece in _pieces(path):
        digest.update(piece)
        size += len(piece)
    return size, digest.hexdigest()


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
