"""The token of an answer: position, valid date, policy digest and code version.

The same token, the same bytes.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from ledger.errors import LedgerError

NO_POLICY = "0" * 12
_SIDES = re.compile(r"p\d+\.\.p\d+~.*", re.ASCII)
_TEXT = re.compile(r"p([1-9]\d{0,15})~(\d{4}-\d\d-\d\d)~([0-9a-f]{12})~([0-9a-f]{12})", re.ASCII)


class BadTokenError(LedgerError):
    """Text that is no token of an answer."""

    code: ClassVar[str] = "bad-token"


@dataclass(frozen=True, slots=True)
class Token:
    """What an answer depends on beside the question: with it the answer can be made again, byte for byte.

    ``policy`` and ``code`` are the first 12 hex digits of SHA-256; a policy of zeros means that none was
    used.
    """

    position: int
    on: date
    policy: str
    code: str

    def __str__(self) -> str:
        return f"p{self.position}~{self.on.isoformat()}~{self.policy}~{self.code}"

    @classmethod
    def parse(cls, text: str) -> "Token":
        """A token from its text. Raises BadTokenError."""
        found = _TEXT.fullmatch(text)
        if found is None and _SIDES.fullmatch(text):
            raise BadTokenError("this is the token of a diff; with --json each change has those of its sides")
        if found is None:
            raise BadTokenError("a token is written like p120~2026-03-01~0123456789ab~ba9876543210")
        try:
            return cls(int(found[1]), date.fromisoformat(found[2]), found[3], found[4])
        except ValueError as error:
            raise BadTokenError(f"the token's date {found[2]} is none") from error

    def differs(self, other: "Token") -> tuple[str, ...]:
        """In which of the four parts another token differs."""
        names = ("position", "on", "policy", "code")
        return tuple(name for name in names if getattr(self, name) != getattr(other, name))
