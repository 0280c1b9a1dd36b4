"""A file in which a long run keeps how far it has come, so that one that was stopped can go on."""

from pathlib import Path
from typing import Any

import msgspec


class KeptFile:
    """One such file. That it cannot be kept hinders no run: ``problem`` says why, empty where it was kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem = ""

    def read(self, of: type[Any]) -> Any:
        """What was kept, as a value of a type; None where nothing is that can be read."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=of)
        except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError):
            return None

    def save(self, course: Any) -> None:
        """Keep how far a run has come; a crash leaves the one before."""
        beside = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(msgspec.json.encode(course))
            beside.replace(self.path)
        except OSError as error:
            self.problem = f"{self.path}: {error.strerror}"

    def forget(self) -> None:
        """The run came to its end, or another begins."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            self.problem = f"{self.path}: {error.strerror}"
