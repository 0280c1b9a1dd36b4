"""What can go wrong, in one tree: a refusal is an answer, a conflict is a race, corruption is neither."""

from dataclasses import dataclass
from typing import ClassVar


class LedgerError(Exception):
    """Everything this project raises on purpose."""


@dataclass(eq=False)
class Refusal(LedgerError):
    """A rule's no, explained. Each reason is a subclass with a code, the clause behind it and a docstring.

    ``detail`` says what was found, in plain words and without personal data; ``field`` is the command's field
    it is about; ``positions`` are the events it rests on; ``assumed`` names policy terms whose source is
    ``assumption``.
    """

    code: ClassVar[str] = "refused"
    clause: ClassVar[str] = ""
    title_sv: ClassVar[str] = "Avslag"
    title_en: ClassVar[str] = "Refused"

    detail: str
    field: str = ""
    positions: tuple[int, ...] = ()
    assumed: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class Conflict(LedgerError):
    """Something this decision rests on was recorded in the meantime.

    Reading again and deciding anew may succeed.
    """


class CommandReused(LedgerError):
    """The command id was used before by this client with other content."""


class ClockStopped(LedgerError):
    """The clock jumped ahead of its limit, or runs in another mode than the ledger's.

    Appends stop until mended.
    """


class Unavailable(LedgerError):
    """The store did not answer in time.

    Nothing is known of the outcome: ask again with the same command id.
    """


class Unsafe(LedgerError):
    """The installation may not serve: wrong role, durability switched off, a changed or missing migration."""


class Corrupt(LedgerError):
    """What is stored does not agree with its own record."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position
