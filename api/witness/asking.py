"""Asks a witness to cosign a checkpoint, by C2SP (c2sp.org/tlog-witness)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.others import WITNESSES_MAX, address
from api.outgoing import Answer, NoAnswer, posted
from api.settings import SettingsError
from ledger.errors import LedgerError
from ledger.proof.checkpoint import unverified_checkpoint
from ledger.proof.cosignature import Cosignature, WitnessKey, cosignatures, parsed_witness
from ledger.proof.note import NoteError
from ledger.proof.witness import SIZE_TYPE, AddCheckpoint

ANSWER_BYTES_MAX = 16 * 1024
ANSWER_SECONDS_MAX = 10.0
TRIES_MAX = 3
"""The size that a witness holds may change between its answer and the next request, if others ask it too."""

Prove = Callable[[int], Sequence[bytes]]
"""The consistency proof from a size to the checkpoint's."""


@dataclass(frozen=True, slots=True)
class AskedWitness:
    """A witness that is asked: under which prefix of an address, and by which key it is believed."""

    url: str
    key: WitnessKey


def read_witnesses(file: Path | None) -> list[AskedWitness]:
    """The witnesses of a file: on each line an address and a key; # begins a remark.

    Raises SettingsError, which names the line.
    """
    if file is None:
        return []
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"LIGGARE_WITNESSES: {file} cannot be read: {type(error).__name__}") from error
    told = [(number, line.partition("#")[0].split()) for number, line in enumerate(lines, 1)]
    found = [_witness(file, number, words) for number, words in told if words]
    if len(found) > WITNESSES_MAX or len({(one.key.name, one.key.id) for one in found}) < len(found):
        raise SettingsError(f"LIGGARE_WITNESSES: {file} has {WITNESSES_MAX} witnesses at most, each once")
    return found


def _witness(file: Path, number: int, words: Sequence[str]) -> AskedWitness:
    try:
        url, key = words
        return AskedWitness(address("the first word", url), parsed_witness(key))
    except ValueError as error:
        told = str(error) if len(words) == 2 else "a line is an address and a key"
        raise SettingsError(f"LIGGARE_WITNESSES: {file}, line {number}: {told}") from error


class NotCosigned(LedgerError):
    """A witness did not cosign; the message says who and why."""


class WitnessObjects(NotCosigned):
    """A witness holds what contradicts this checkpoint: more of this log, or another history."""


def cosigned_by(witness: AskedWitness, note: bytes, held: int, prove: Prove) -> Cosignature:
    """The witness's cosignature over a checkpoint; ``held`` is the size that it is thought to hold.

    Raises NoAnswer, WitnessObjects, NotCosigned.
    """
    size = unverified_checkpoint(note).size
    for _ in range(TRIES_MAX):
        answer = _answer(witness, AddCheckpoint(held, tuple(prove(held)) if held else (), note))
        if answer.status == 200:
            return _believed(witness, note, answer.body)
        if answer.status != 409 or answer.media_type != SIZE_TYPE:
            break
        held = _size(witness, answer.body)
        if held > size:
            raise WitnessObjects(
                f"{witness.key.name} holds a checkpoint of {held}, this one has {size}: "
                "it is an old one, or this ledger has lost its end"
            )
    said = answer.body[:200].decode("utf-8", "replace").strip()
    kind = WitnessObjects if answer.status in (409, 422) else NotCosigned
    raise kind(f"{witness.key.name} refuses ({answer.status}): {said}")


def _answer(witness: AskedWitness, request: AddCheckpoint) -> Answer:
    url = witness.url.rstrip("/") + "/add-checkpoint"
    try:
        return posted(
            url, request.body, "text/plain", bytes_max=ANSWER_BYTES_MAX, seconds_max=ANSWER_SECONDS_MAX
        )
    except NoAnswer as error:
        raise NoAnswer(f"{witness.key.name}: {error}") from error


def _believed(witness: AskedWitness, note: bytes, lines: bytes) -> Cosignature:
    try:
        found = cosignatures(note + lines, [witness.key])
    except NoteError as error:
        raise NotCosigned(f"{witness.key.name}: {error}") from error
    if not found:
        raise NotCosigned(f"{witness.key.name} answered without a cosignature of its own")
    return found[-1]


def _size(witness: AskedWitness, body: bytes) -> int:
    text = body.removesuffix(b"\n")
    if not text.isdigit() or len(text) > 19:
        raise NotCosigned(f"{witness.key.name} told a size that is none")
    return int(text)
