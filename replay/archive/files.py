"""Writing a package's files, each with its size and digest as it is written."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from ledger.events.base import Secrecy

Media = Literal[
    "application/json", "application/octet-stream", "application/timestamp-reply", "text/plain",
    "text/markdown", "text/xml",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a folder: its name from there, size in bytes, SHA-256 in hex, and what it is."""

    name: str
    size: int
    digest: str
    media: Media
    format: str
    secrecy: Secrecy


class Growing:
    """A file that is being written."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("xb")
        self._hash = sha256()
        self.size = 0

    def write(self, content: bytes) -> None:
        """Write more."""
        self._file.write(content)
        self._hash.update(content)
        self.size += len(content)

    def close(self) -> str:
        """Write no more; the SHA-256 in hex."""
        self._file.close()
        return self._hash.hexdigest()


class Folder:
    """A folder of the package that a METS file of its own describes, and what was written into it."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.kept: list[Kept] = []

    def put(self, name: str, content: bytes, media: Media, form: str = "", secrecy: Secrecy = "open") -> Kept:
        """Write a file; ``form`` is its format's name where the media type does not say it."""
        growing = self.begun(name)
        growing.write(content)
        return self.finish(growing, name, media, form, secrecy)

    def begun(self, name: str) -> Growing:
        """A file to be written bit by bit."""
        return Growing(self.top / name)

    def finish(
        self, growing: Growing, name: str, media: Media, form: str = "", secrecy: Secrecy = "open"
    ) -> Kept:
        """End a file."""
        kept = Kept(name, growing.size, growing.close(), media, form or media, secrecy)
        self.kept.append(kept)
        return kept
