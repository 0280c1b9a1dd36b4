"""Chance without state: a draw depends on the seed and on what it is for, never on the order of drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dice:
    """Draws by SHA-256, so that every Python and every machine tells the same story."""

    seed: str

    def below(self, limit: int, *what: object) -> int:
        """A whole number from 0 up to but not including ``limit``."""
        return int.from_bytes(self._digest(what)[:8], "big") % limit

    def between(self, first: int, last: int, *what: object) -> int:
        """A whole number from ``first`` to ``last``, both included."""
        return first + self.below(last - first + 1, *what)

    def chance(self, percent: int, *what: object) -> bool:
        """True in so many of a hundred cases."""
        return self.below(100, *what) < percent

    def one_of(self, choices: Sequence[T], *what: object) -> T:
        """One of the choices."""
        return choices[self.below(len(choices), *what)]

    def shuffled(self, choices: Sequence[T], *what: object) -> list[T]:
        """The choices in a drawn order."""
        return [choices[n] for n in sorted(range(len(choices)), key=lambda n: self._digest((*what, n)))]

    def token(self, length: int, *what: object) -> str:
        """So many hex digits."""
        return self._digest(what).hex()[:length]

    def _digest(self, what: tuple[object, ...]) -> bytes:
        return sha256("\x00".join((self.seed, *map(str, what))).encode()).digest()
