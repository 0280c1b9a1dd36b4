"""`liggare receipt`: the signed receipt of a command, and its check by whoever holds nothing but files."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.table import Table

from api.cli.kept import checkpoint_in
from api.cli.layout import both, paragraph
from api.cli.program import (
    CODES,
    DIFFERENT,
    NOT_CHECKED,
    PROGRAM,
    USAGE,
    Json,
    Result,
    StopError,
    carry_out,
    example,
)
from api.opening import opened
from api.place import place_of
from api.receipting import ReceiptBody, Signing, receipt_of
from api.sealing import NO_KEY, signing_key_of
from api.settings import Settings
from ledger.proof.check import ProofError
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.note import VerifierKey
from ledger.proof.receipt import (
    COMMITMENT_BYTES,
    Commitment,
    Receipt,
    check_commitment,
    checked_receipt,
    parsed,
)
from ledger.store.verify_receipts import HeldReceipts

RECEIPT_BYTES_MAX = 64 * 1024
Said = tuple[str, str]
"""Words in Swedish and in English."""
GIVEN: Said = ("signerat med en angiven nyckel", "signed by a key that was given")
Client = Annotated[str, typer.Argument(help="The program that sent the command (Liggare-Client).")]
CommandId = Annotated[str, typer.Argument(help="The command's Idempotency-Key.")]
Event = Annotated[int, typer.Option(min=1, help="Which of the command's events; the first unless given.")]


@PROGRAM.command(
    "receipt",
    epilog=example(
        "liggare receipt eta-portal f-0002-eta/submit > receipt.json",
        "liggare proof check receipt.json --key KEY",
    ) + "\n\n" + CODES,
)  # fmt: skip
def receipt(client: Client, command_id: CommandId, event: Event = 1, as_json: Json = False) -> None:
    """Write the signed receipt of a command: it is checked without the ledger, however much later.

    Of what concerns an order whose offers are still sealed it is a commitment without position; after the
    award it is one of inclusion (COSE receipt, RFC 9942).
    """
    carry_out(as_json, lambda _: _receipt(client, command_id, event))


def _receipt(client: str, command_id: str, event: int) -> Result:
    settings = Settings.from_environment()
    with place_of(settings, make=False) as place, opened(place, settings, follow=False) as parts:
        key = signing_key_of(place, settings, parts.ledger.ledger, make=False)
        if key is None or parts.tree is None:
            raise StopError(NO_KEY)
        signing = Signing(parts.log, parts.tree, key)
        body = receipt_of(signing, client, command_id, event, simulated=parts.simulated)
    document: dict[str, Any] = msgspec.to_builtins(body)
    return Result(document, (msgspec.json.format(msgspec.json.encode(body)).decode(),))


def checked(file: Path, keys: Sequence[VerifierKey], checkpoint: Path | None, earlier: Path | None) -> Result:
    """Check a receipt's file with keys alone; against a kept checkpoint or an earlier commitment if given."""
    if not keys:
        raise StopError("a receipt is checked with the ledger's public key: --key", USAGE)
    body = receipt_in(file)
    try:
        found = parsed(_decoded(body.receipt))
        if isinstance(found, Commitment):
            return _commitment_holds(found, keys)
        entry = _entry(body.entry)
        root = checked_receipt(found, entry, keys)
        said = [
            (
                f"p{found.index + 1} står i trädet för {found.size} hos {found.origin}",
                f"p{found.index + 1} is in the tree of {found.size} of {found.origin}",
            ),
            *_under(found, root, checkpoint, keys),
            *_kept_to(entry, earlier, keys),
        ]
    except ProofError as error:
        return failing(error)
    document = {
        "holds": True, "signature": True, "origin": found.origin, "position": found.index + 1,
        "size": found.size, "root": root.hex(), "commitment": entry[-COMMITMENT_BYTES:].hex(),
    }  # fmt: skip
    return Result(document, _holding(*said))


def failing(error: ProofError) -> Result:
    """What a check comes to that failed, and why."""
    said = paragraph(f"HÅLLER INTE / DOES NOT HOLD: {error}")
    return Result({"holds": False, "why": str(error)}, (said,), DIFFERENT)


def _holding(*said: Said) -> tuple[Table, Table]:
    sv, en = (", ".join(words) for words in zip(*said, GIVEN, strict=True))
    return both(f"HÅLLER: {sv}", f"HOLDS: {en}")


def held_in(files: Sequence[Path], keys: Sequence[VerifierKey]) -> tuple[HeldReceipts, list[Checkpoint]]:
    """What the receipts in files are for, and the trees that they lead to. Raises StopError."""
    entries: list[tuple[int, bytes]] = []
    committed: list[bytes] = []
    trees: list[Checkpoint] = []
    if files and not keys:
        raise StopError("a receipt is checked with the ledger's public key: --key", USAGE)
    for file in files:
        body = receipt_in(file)
        try:
            found = parsed(_decoded(body.receipt))
            if isinstance(found, Commitment):
                check_commitment(found, keys)
                committed += found.records()
            else:
                entry = _entry(body.entry)
                trees.append(Checkpoint(found.origin, found.size, checked_receipt(found, entry, keys)))
                entries.append((found.index + 1, entry))
        except ProofError as error:
            raise StopError(f"{file}: {error}") from error
    return HeldReceipts(tuple(entries), tuple(committed)), trees


def receipt_in(file: Path) -> ReceiptBody:
    """The receipt in a file. Raises StopError."""
    try:
        with file.open("rb") as stream:
            return msgspec.json.decode(stream.read(RECEIPT_BYTES_MAX), type=ReceiptBody)
    except OSError as error:
        raise StopError(f"{file}: {error.strerror}", USAGE) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StopError(f"{file} holds no receipt: {error}", NOT_CHECKED) from error


def _commitment_holds(found: Commitment, keys: Sequence[VerifierKey]) -> Result:
    check_commitment(found, keys)
    records = [one.hex() for one in found.records()]
    document = {
        "holds": True, "signature": True, "origin": found.origin, "recorded_at": found.recorded_at,
        "commitments": records,
    }  # fmt: skip
    second, fixes = found.recorded_at, ", ".join(records)
    said = (
        f"{found.origin} hade senast sekund {second} antecknat det som {fixes} låser",
        f"{found.origin} had recorded by second {second} what {fixes} fixes",
    )
    return Result(document, _holding(said))


def _under(found: Receipt, root: bytes, file: Path | None, keys: Sequence[VerifierKey]) -> list[Said]:
    if file is None:
        return []
    top = checkpoint_in(file, keys)
    if (top.origin, top.size) != (found.origin, found.size):
        raise ProofError(f"the receipt is under the tree of {found.size}, the checkpoint of {top.size}")
    if top.root != root:
        raise ProofError("the checkpoint has another root: somebody was shown another history")
    return [("under kontrollpunkten som sparats", "under the checkpoint that was kept")]


def _kept_to(entry: bytes, earlier: Path | None, keys: Sequence[VerifierKey]) -> list[Said]:
    if earlier is None:
        return []
    found = parsed(_decoded(receipt_in(earlier).receipt))
    if not isinstance(found, Commitment):
        raise StopError(f"{earlier} holds no commitment", USAGE)
    check_commitment(found, keys)
    if entry[-COMMITMENT_BYTES:] not in found.records():
        raise ProofError("the record is not the one that was committed to")
    return [("den post som tidigare låstes", "the record that was committed to before")]


def _entry(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ProofError("an entry is written in hexadecimal digits") from None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ProofError("a receipt is written in base64") from None
