"""Checkpoints by C2SP (c2sp.org/tlog-checkpoint): a tree's size and root, signed under the log's origin."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.proof.note import NoteError, SigningKey, VerifierKey, decoded, opened_note, parsed_note
from ledger.proof.tree import HASH_BYTES

SIZE_MAX = (1 << 63) - 1
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: which it is, how many leaves it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text of the note: three lines and none more."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sealed_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """The checkpoint as a signed note. Raises NoteError when the key is another log's."""
    if key.name != checkpoint.origin:
        raise NoteError(f"the key is that of {key.name}, the checkpoint that of {checkpoint.origin}")
    return key.sign(checkpoint.text).encode()


def opened_checkpoint(content: bytes, keys: Iterable[VerifierKey], origin: str | None = None) -> Checkpoint:
    """The checkpoint of a note that a known key signed, of this origin if one is given. Raises NoteError."""
    checkpoint = parsed_checkpoint(opened_note(content, keys))
    if origin is not None and checkpoint.origin != origin:
        raise NoteError(f"the checkpoint is that of {checkpoint.origin}, not of {origin}")
    return checkpoint


def unverified_checkpoint(content: bytes) -> Checkpoint:
    """What a note says, whoever signed it. Raises NoteError."""
    return parsed_checkpoint(parsed_note(content).text)


def parsed_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that a note's text states; lines that extend it are left aside. Raises NoteError."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(lines):
        raise NoteError("a checkpoint has three lines at least, and none is empty")
    origin, size, root = lines[:3]
    if not _SIZE.fullmatch(size) or int(size) > SIZE_MAX:
        raise NoteError("the second line of a checkpoint is a size in decimal")
    content = decoded(root)
    if len(content) != HASH_BYTES:
        raise NoteError("the third line of a checkpoint is a hash of 32 bytes in base64")
    return Checkpoint(origin, int(size), content)
