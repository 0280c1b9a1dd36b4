"""What a witness keeps: its key, the newest cosigned checkpoint of each origin, and what contradicts it.

All in one directory, so that who loses the checkpoints loses the key too, and nobody believes a witness that
forgot. A checkpoint is on disk before its cosignature leaves; one process at a time holds the directory.
"""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec

from ledger.errors import Unsafe
from ledger.proof.checkpoint import Checkpoint, unverified_checkpoint
from ledger.proof.cosignature import (
    Cosignature,
    WitnessKey,
    cosignatures,
    cosigned,
    signed_alone,
    witness_key,
)
from ledger.proof.note import NoteError, SigningKey, VerifierKey, parsed_note, parsed_signer
from ledger.proof.witness import AddCheckpoint, WitnessRefusal, examined, parsed_request

KEY_FILE, NEWEST, CONTRADICTIONS = "witness.key", "newest", "contradictions"
KEPT_MAX = 64
"""Of one kind for one origin: a wrong proof costs its sender nothing, so that what is kept has a bound."""
OTHERS = 0o077


class Contradicted(msgspec.Struct, frozen=True):
    """Two checkpoints that the log signed: what was held, what was offered, and the proof that failed."""

    kind: str
    held: str
    offered: str
    proof: tuple[str, ...]
    found_at: int


@dataclass(frozen=True, slots=True)
class Held:
    """The newest checkpoint of an origin: the note with its cosignature, and what it says."""

    note: bytes
    checkpoint: Checkpoint
    cosigned_at: int


@dataclass(slots=True)
class Witness:
    """A witness in its directory: which logs it knows, what it holds; safe for several threads."""

    home: Path
    key: SigningKey = field(repr=False)
    logs: Mapping[str, Sequence[VerifierKey]]
    clock: Callable[[], float] = time.time
    held: dict[str, Held] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add_checkpoint(self, body: bytes) -> Cosignature:
        """Cosign what a request offers, once it is on disk. Raises WitnessRefusal, OSError."""
        request = parsed_request(body)
        with self._lock:
            held = {origin: one.checkpoint for origin, one in self.held.items()}
            try:
                offered = examined(request, self.logs, held)
            except WitnessRefusal as refusal:
                if refusal.contradiction:
                    self._keep_contradiction(request, refusal.contradiction)
                raise
            return self._cosign(signed_alone(request.note, self.logs[offered.origin]), offered)

    def _cosign(self, note: bytes, offered: Checkpoint) -> Cosignature:
        last, now = self.held.get(offered.origin), int(self.clock())
        if last and now < last.cosigned_at:
            raise WitnessRefusal(503, "the clock of this witness stands before its last cosignature")
        made = cosigned(parsed_note(note).text, self.key, now)
        kept = Held(note + made.line.encode(), offered, now)
        folder = folder_of(self.home, offered.origin)
        _make_folder(folder)
        replace_whole(folder / NEWEST, kept.note)
        self.held[offered.origin] = kept
        return made

    def _keep_contradiction(self, request: AddCheckpoint, kind: str) -> None:
        origin = unverified_checkpoint(request.note).origin
        held = self.held[origin].note.decode()
        offered = signed_alone(request.note, self.logs[origin]).decode()
        folder = folder_of(self.home, origin) / CONTRADICTIONS
        _make_folder(folder)
        name = sha256(offered.encode()).hexdigest()[:16]
        if any(folder.glob(f"{kind}-{name}.json")) or len(list(folder.glob(f"{kind}-*"))) >= KEPT_MAX:
            return
        proof = tuple(one.hex() for one in request.proof)
        found = Contradicted(kind, held, offered, proof, int(self.clock()))
        replace_whole(folder / f"{kind}-{name}.json", msgspec.json.format(msgspec.json.encode(found)))


@contextmanager
def opened_witness(
    home: Path, logs: Sequence[VerifierKey], name: str | None = None, clock: Callable[[], float] = time.time
) -> Iterator[Witness]:
    """The witness of a directory, held by this process until the context ends.

    With a name, a witness that is not there yet is made. Raises Unsafe.
    """
    if name is not None:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(home):
        key = _key(home, name)
        by_origin: dict[str, list[VerifierKey]] = {}
        for log in logs:
            by_origin.setdefault(log.name, []).append(log)
        yield Witness(home, key, by_origin, clock, held_in(home, witness_key(key)))


def held_in(home: Path, key: WitnessKey) -> dict[str, Held]:
    """What a witness holds, by origin. Raises Unsafe where a file is not as this witness wrote it."""
    found = [_held(file, key) for file in sorted(home.glob(f"*/{NEWEST}"))]
    return {one.checkpoint.origin: one for one in found}


def contradictions_in(home: Path, origin: str) -> list[Contradicted]:
    """What was offered against the checkpoints of an origin, the split views last, each by its time."""
    files = (folder_of(home, origin) / CONTRADICTIONS).glob("*.json")
    found = [msgspec.json.decode(file.read_bytes(), type=Contradicted) for file in files]
    return sorted(found, key=lambda one: (one.kind, one.found_at))


def key_of(home: Path) -> WitnessKey:
    """The public key of the witness of a directory. Raises Unsafe."""
    return witness_key(_key(home, None))


def folder_of(home: Path, origin: str) -> Path:
    """Where the checkpoints of an origin are kept; origins may hold what no file name can."""
    return home / sha256(origin.encode()).hexdigest()[:32]


def _held(file: Path, key: WitnessKey) -> Held:
    try:
        note = file.read_bytes()
        checkpoint = unverified_checkpoint(note)
        (mine,) = cosignatures(note, [key])
    except (NoteError, ValueError, OSError) as error:
        raise Unsafe(f"{file} is not as this witness wrote it; it must not cosign any more") from error
    if file.parent != folder_of(file.parent.parent, checkpoint.origin):
        raise Unsafe(f"{file} is that of another origin")
    return Held(note, checkpoint, mine.cosigned_at)


def _key(home: Path, name: str | None) -> SigningKey:
    file = home / KEY_FILE
    if name is not None and not file.exists():
        if any(home.glob(f"*/{NEWEST}")):
            raise Unsafe(f"{home} holds checkpoints and no key: it was somebody's, and is not used anew")
        replace_whole(file, (SigningKey.generate(name).text + "\n").encode())
    try:
        if file.stat().st_mode & OTHERS:
            raise Unsafe(f"{file} can be read by others; make a new witness elsewhere")
        key = parsed_signer(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, NoteError) as error:
        raise Unsafe(f"there is no witness in {home}; make one with: liggare witness --name NAME") from error
    if name not in (None, key.name):
        raise Unsafe(f"the witness in {home} is {key.name}")
    return key


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    try:
        lock = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise Unsafe(f"there is no witness in {home}; make one with: liggare witness --name NAME") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise Unsafe(f"another process is the witness of {home}") from error
    finally:
        os.close(lock)


def replace_whole(file: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all, and lastingly. Raises OSError."""
    work = file.with_name(f".{file.name}.new")
    handle = os.open(work, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    work.replace(file)
    _flush(file.parent)


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700)
        _flush(folder.parent)


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
