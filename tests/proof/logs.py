"""Logs for tests: leaves, checkpoints that a key signs over them, proofs; of several histories if need be."""

from dataclasses import dataclass
from hashlib import sha256

from ledger.proof.checkpoint import Checkpoint, sealed_checkpoint
from ledger.proof.note import SigningKey
from ledger.proof.witness import AddCheckpoint
from tests.proof import naive

KEY = SigningKey("ledger.example/l-1", bytes(range(32)))


@dataclass(frozen=True)
class TestLog:
    """A history of so many leaves; another ``story`` differs from leaf ``fork`` on."""

    __test__ = False
    story: str = "one"
    fork: int = 0
    key: SigningKey = KEY

    def leaves(self, size: int) -> list[bytes]:
        told = ((self.story if at >= self.fork else "one", at) for at in range(size))
        return [sha256(f"{story} {at}".encode()).digest() for story, at in told]

    def root(self, size: int) -> bytes:
        return naive.mth(self.leaves(size))

    def note(self, size: int) -> bytes:
        return sealed_checkpoint(Checkpoint(self.key.name, size, self.root(size)), self.key)

    def proof(self, old: int, size: int) -> list[bytes]:
        return naive.proof(old, self.leaves(size)) if 0 < old < size else []

    def request(self, old: int, size: int) -> AddCheckpoint:
        return AddCheckpoint(old, tuple(self.proof(old, size)), self.note(size))
