"""Where an event's secret and the random part of its id come from: the system, or in made-up ledgers a seed.

Whoever knows the seed knows every secret: nothing in such a ledger can be withheld from anybody. A seeded
source is therefore bound to one ledger, whose id says that it is generated and whose time is simulated; it
gives nothing for any other.
"""

from dataclasses import dataclass
from hashlib import sha512
from typing import Protocol

from ledger.errors import Unsafe
from ledger.noise import noise
from ledger.store.order_keys import GENERATED

SECRET_BYTES, SALT_BYTES, DRAWN_BYTES = 32, 32, 10


class Chance(Protocol):
    """Gives each event of a command its secret and its links' salt, 32 bytes each, and 10 for its id."""

    def draw(self, ledger: str, mode: str, command: tuple[str, str], k: int) -> tuple[bytes, bytes, bytes]:
        """For event ``k`` of a command, named by client and id, in a ledger of a mode."""
        ...


class SystemChance:
    """Random bytes of the operating system: what every real ledger takes."""

    def draw(self, *_: object) -> tuple[bytes, bytes, bytes]:
        """Fresh bytes, whatever they are for."""
        drawn = noise(SECRET_BYTES + SALT_BYTES + DRAWN_BYTES)
        return drawn[:SECRET_BYTES], drawn[SECRET_BYTES:-DRAWN_BYTES], drawn[-DRAWN_BYTES:]


SYSTEM = SystemChance()


@dataclass(frozen=True, slots=True)
class SeededChance:
    """Bytes that follow from a seed and the command alone, for one generated ledger of simulated time."""

    ledger: str
    seed: int

    def __post_init__(self) -> None:
        if not self.ledger.startswith(GENERATED):
            raise Unsafe(f"secrets from a seed are for ledgers whose id begins with {GENERATED}")

    def draw(self, ledger: str, mode: str, command: tuple[str, str], k: int) -> tuple[bytes, bytes, bytes]:
        """The same bytes for the same event; its id says some of its salt.

        Raises Unsafe for another ledger, or one of real time.
        """
        if ledger != self.ledger or mode != "simulated":
            raise Unsafe(f"secrets from the seed of {self.ledger} are not for {ledger} ({mode} time)")
        client, command_id = command
        drawn = sha512(f"{self.seed}\x00{client}\x00{command_id}\x00{k}".encode()).digest()
        salt = drawn[SECRET_BYTES : SECRET_BYTES + SALT_BYTES]
        return drawn[:SECRET_BYTES], salt, salt[:DRAWN_BYTES]


def generated_id(events: int, seed: int) -> str:
    """The id of the ledger that so many events and a seed make."""
    return f"{GENERATED}{events}-{seed}"
