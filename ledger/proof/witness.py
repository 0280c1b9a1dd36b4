"""What a witness is asked and what it answers, by C2SP (c2sp.org/tlog-witness): pure rules, no state.

A witness cosigns a checkpoint that the log signed and that goes on from the last one that it cosigned for
this origin. Everything else it refuses with the status that the specification gives.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ledger.proof.check import ProofError, check_consistency
from ledger.proof.checkpoint import SIZE_MAX, Checkpoint, opened_checkpoint, unverified_checkpoint
from ledger.proof.note import NOTE_BYTES_MAX, NoteError, VerifierKey, decoded
from ledger.proof.tree import EMPTY_ROOT, HASH_BYTES

PROOF_LINES_MAX = 63
REQUEST_BYTES_MAX = NOTE_BYTES_MAX + 4096
SIZE_TYPE = "text/x.tlog.size"
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})\Z")

Contradiction = Literal["split-view", "no-continuation"]
"""Two signed checkpoints of one size and two roots prove two histories to everybody. One for which the proof
fails proves nothing alone: the log may yet give the right proof, and anybody can send a wrong one."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: the size that the witness is thought to hold, the proof from there, the note."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    @property
    def body(self) -> bytes:
        """The request as it is sent."""
        lines = "".join(base64.b64encode(one).decode() + "\n" for one in self.proof)
        return f"old {self.old}\n{lines}\n".encode() + self.note


class WitnessRefusal(Exception):
    """A witness does not cosign.

    ``status`` is that of HTTP; ``held`` the size that it holds, where that is what the caller got wrong;
    ``contradiction`` what the request shows against the log, if anything.
    """

    def __init__(
        self, status: int, message: str, held: int | None = None, contradiction: Contradiction | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.held = held
        self.contradiction = contradiction


def parsed_request(body: bytes) -> AddCheckpoint:
    """The request of a body. Raises WitnessRefusal."""
    head, between, note = body.partition(b"\n\n")
    old, *lines = head.decode("ascii", "replace").split("\n")
    match = _OLD.match(old)
    if not between or match is None or int(match[1]) > SIZE_MAX:
        raise WitnessRefusal(
            400, "a request begins with the old size, and has an empty line before the checkpoint"
        )
    if len(lines) > PROOF_LINES_MAX:
        raise WitnessRefusal(400, f"a proof has {PROOF_LINES_MAX} lines at most")
    try:
        return AddCheckpoint(int(match[1]), tuple(_hash(line) for line in lines), note)
    except NoteError as error:
        raise WitnessRefusal(400, str(error)) from error


def examined(
    request: AddCheckpoint, logs: Mapping[str, Sequence[VerifierKey]], held: Mapping[str, Checkpoint]
) -> Checkpoint:
    """The checkpoint of a request, if a witness that knows these logs and holds these checkpoints may cosign.

    Raises WitnessRefusal.
    """
    offered = _signed(request, logs)
    last = held.get(offered.origin)
    if request.old > offered.size:
        raise WitnessRefusal(400, "the old size is above that of the checkpoint")
    split: Contradiction | None = None
    if last and last.size == offered.size and last.root != offered.root:
        split = "split-view"
    size = last.size if last else 0
    if request.old != size:
        raise WitnessRefusal(409, f"the last checkpoint cosigned here is that of {size}", size, split)
    if split:
        raise WitnessRefusal(409, f"another root was cosigned here for {size}", contradiction=split)
    _check_goes_on(request, offered, last)
    return offered


def _signed(request: AddCheckpoint, logs: Mapping[str, Sequence[VerifierKey]]) -> Checkpoint:
    try:
        origin = unverified_checkpoint(request.note).origin
    except NoteError as error:
        raise WitnessRefusal(400, str(error)) from error
    if origin not in logs:
        raise WitnessRefusal(404, "this witness does not know this origin")
    try:
        return opened_checkpoint(request.note, logs[origin], origin)
    except NoteError as error:
        raise WitnessRefusal(403, str(error)) from error


def _check_goes_on(request: AddCheckpoint, offered: Checkpoint, last: Checkpoint | None) -> None:
    if offered.size == 0 and offered.root != EMPTY_ROOT:
        raise WitnessRefusal(422, "the root of no leaves is another")
    if last is None or last.size == 0:
        if request.proof:
            raise WitnessRefusal(422, "from nothing there is no proof")
        return
    try:
        check_consistency(last.size, last.root, offered.size, offered.root, request.proof)
    except ProofError as error:
        raise WitnessRefusal(422, str(error), contradiction="no-continuation") from error


def _hash(line: str) -> bytes:
    content = decoded(line)
    if len(content) != HASH_BYTES:
        raise NoteError("a line of a proof is a hash of 32 bytes in base64")
    return content
