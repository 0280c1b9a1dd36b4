"""Verifies a package without the ledger: its files, its records, their tree up to the signed checkpoint."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from ledger.errors import Corrupt
from ledger.proof.check import ProofError, check_inclusion
from ledger.proof.checkpoint import Checkpoint, opened_checkpoint
from ledger.proof.cosignature import WitnessKey, cosignatures, parsed_witness
from ledger.proof.growth import Growth
from ledger.proof.note import NoteError, VerifierKey, parsed_verifier
from ledger.store.codec import leaf_of
from ledger.values import local_date
from replay.archive.about import ABOUT, About, Counts, about_of
from replay.archive.fault import Fault
from replay.archive.listed import check_files
from replay.archive.mets import REPRESENTATION
from replay.archive.package import CHECKPOINT, COSIGNATURES, GENESIS, KEYS, STAMPS, TELL_EVERY, Told
from replay.archive.read import read_book, read_days
from replay.archive.stream import assigned

T = TypeVar("T")
_OCTETS_OF_32 = b"\x04\x20"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a package that holds is of: the range, the checkpoint, and who signed and confirmed that.

    ``trusted`` says that the key came from elsewhere, not from the package.
    """

    about: About
    checkpoint: Checkpoint
    signed_by: tuple[str, ...]
    cosigned_by: tuple[str, ...]
    stamps: int
    trusted: bool


def checked(directory: Path, keys: Sequence[VerifierKey], told: Told) -> Checked:
    """What a package shows; ``keys`` are from elsewhere, without any its own are used. Raises Fault."""
    check_files(directory)
    top = directory / REPRESENTATION
    about = _in(ABOUT, lambda: about_of(_content(top, ABOUT)))
    own, witnesses = _in(KEYS, lambda: _keys(_content(top, KEYS).decode()))
    used = tuple(keys) or own
    note = _content(top, CHECKPOINT)
    checkpoint = _in(CHECKPOINT, lambda: opened_checkpoint(note, used))
    signed_by = tuple(key.text for key in used if key.name == checkpoint.origin and _signed(note, key))
    if not signed_by:
        raise Fault(CHECKPOINT, "inte av {}s nyckel", "not by a key of {}", checkpoint.origin)
    if checkpoint.size != about.size:
        raise Fault(CHECKPOINT, "en annan storlek än i {}", "of another size than in {}", ABOUT)
    lines = _content(top, COSIGNATURES) if (top / COSIGNATURES).exists() else b""
    cosigned = _in(COSIGNATURES, lambda: cosignatures(note + lines, witnesses))
    cited = _check_range(top, about, checkpoint, told)
    _in(ABOUT, lambda: _check_beside(about, checkpoint))
    _check_cited(top, about, checkpoint, cited)
    return Checked(
        about, checkpoint, signed_by, tuple(one.name for one in cosigned),
        _stamps(top, note), bool(keys),
    )  # fmt: skip


def _signed(note: bytes, key: VerifierKey) -> bool:
    """Whether this key, of several that were given, is one that signed."""
    try:
        opened_checkpoint(note, (key,))
    except NoteError:
        return False
    return True


def _check_range(top: Path, about: About, checkpoint: Checkpoint, told: Told) -> set[int]:
    """The records of the range lead to the checkpoint, in their places; the policy that they cite."""
    before, after = ([bytes.fromhex(text) for text in side] for side in (about.before, about.after))
    growth = _in(ABOUT, lambda: Growth(about.first - 1, before))
    counts, cited = Counts(), {GENESIS}
    for found in read_days(top, about.from_on, about.to_on):
        one = found.opened
        if one.position != growth.size + 1 or one.said.ledger != about.ledger or one.said.mode != about.mode:
            raise Fault(found.where, "p{} är inte nästa post", "p{} is not the next record", one.position)
        growth.add(one.leaf)
        counts.add(one, found.body)
        cited.update(one.said.cited)
        if one.position % TELL_EVERY == 0:
            told(one.position - about.first + 1, about.last - about.first + 1)
    if growth.size != about.last:
        raise Fault(ABOUT, "posterna slutar vid p{}", "the records end at p{}", growth.size)
    _in(ABOUT, lambda: growth.finish(about.size, after))
    if growth.root() != checkpoint.root:
        raise Fault(CHECKPOINT, "posterna leder till en annan rot", "the records lead to another root")
    if counts != about.counts:
        raise Fault(ABOUT, "fler eller färre visas än så", "more or less is shown than that")
    return {at for at in cited if at < about.first}


def _check_beside(about: About, checkpoint: Checkpoint) -> None:
    """The range ends where it says: what stands next to it was recorded on other days. Raises ValueError."""
    wanted = [at for at in (about.first - 1, about.last + 1) if 1 <= at <= about.size]
    if len(about.neighbours) != len(wanted) or about.complete != (about.last < about.size):
        raise Fault(ABOUT, "vad som står bredvid är inte allt där", "what stands beside it is not all there")
    for at, one in zip(wanted, about.neighbours, strict=True):
        entry, path = bytes.fromhex(one.entry), [bytes.fromhex(part) for part in one.path]
        position, recorded_at = assigned(entry)
        check_inclusion(leaf_of(entry), at - 1, about.size, path, checkpoint.root)
        day = local_date(recorded_at)
        if position != at or about.from_on <= day < about.to_on:
            raise Fault(ABOUT, "p{} av {} är utelämnad", "p{} of {} is left out", at, day)


def _check_cited(top: Path, about: About, checkpoint: Checkpoint, wanted: set[int]) -> None:
    """What the range rests on is there, each record at its place under the checkpoint."""
    if set(about.cited) != wanted:
        raise Fault(ABOUT, "annat än posterna vilar på", "other than the records rest on")
    found = {int(path.stem): path for path in top.glob("data/cited/*/*.records") if path.stem.isdecimal()}
    if sorted(found) != list(about.cited):
        raise Fault(ABOUT, "fler eller färre finns i data/cited", "more or less is in data/cited")
    for position, path in found.items():
        _check_one(top, path, position, checkpoint)


def _check_one(top: Path, path: Path, position: int, checkpoint: Checkpoint) -> None:
    records = list(read_book(top, path.relative_to(top).as_posix()))
    where = path.with_suffix(".proof").relative_to(top).as_posix()
    if [one.opened.position for one in records] != [position]:
        raise Fault(where, "inte en post, eller en annan", "not one record, or another")
    leaf = records[0].opened.leaf
    proof = _in(where, lambda: [bytes.fromhex(line) for line in _content(top, where).decode().split()])
    _in(where, lambda: check_inclusion(leaf, position - 1, checkpoint.size, proof, checkpoint.root))


def _keys(lines: str) -> tuple[tuple[VerifierKey, ...], tuple[WitnessKey, ...]]:
    """The ledger's keys, and those of witnesses."""
    ledgers, witnesses = [], []
    for line in lines.splitlines():
        try:
            ledgers.append(parsed_verifier(line))
        except NoteError:
            witnesses.append(parsed_witness(line))
    return tuple(ledgers), tuple(witnesses)


def _stamps(top: Path, note: bytes) -> int:
    """How many time stamps there are; each is over this checkpoint, and openssl says who signed it."""
    found = sorted(top.glob(f"{STAMPS}/*"))
    for path in found:
        if _OCTETS_OF_32 + sha256(note).digest() not in path.read_bytes():
            raise Fault(path.relative_to(top).as_posix(), "gäller andra byte", "is over other bytes")
    return len(found)


def _content(top: Path, name: str) -> bytes:
    try:
        return (top / name).read_bytes()
    except OSError as error:
        raise Fault(name, "kan inte läsas: {}", "cannot be read: {}", error.strerror) from error


def _in(where: str, read: Callable[[], T]) -> T:
    """What is read from a file, with what is wrong told of that file."""
    try:
        return read()
    except (Corrupt, NoteError, ProofError, ValueError) as error:
        raise Fault(where, "{}", "{}", error) from error
