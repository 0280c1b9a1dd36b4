"""A verifier, who holds more or less of what was kept, and what the program's own checks tell him."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

import psycopg

from ledger.proof.checkpoint import Checkpoint
from ledger.proof.receipt import Receipt, checked_receipt, parsed
from ledger.store.postgres import PostgresLog
from ledger.store.verify import verify
from ledger.store.verify_confirmed import verify_confirmed
from ledger.store.verify_examination import Found
from ledger.store.verify_receipts import HeldReceipts, verify_receipts
from ledger.store.verify_tree import verify_tree
from projections.base import VIEWS
from projections.shelf_postgres import PostgresShelf
from replay.digests import digest_kept, digests_folded
from tests.attacks.place import KEY, PUBLIC, VICTIM, VIEW, Ledger, Scene

INTERVAL = "signed over other events"
"""In findings that name two checkpoints between which it lies, and no position."""


@dataclass(frozen=True)
class At:
    """Located at a position; 0 is the schema."""

    position: int

    def __str__(self) -> str:
        return f"p{self.position}" if self.position else "schema"


@dataclass(frozen=True)
class Between:
    """Located after one checkpoint that agrees, and no later than one that does not."""

    after: int
    upto: int

    def __str__(self) -> str:
        return f"p{self.after + 1}–p{self.upto}"


@dataclass(frozen=True)
class InView:
    """Located in what is kept of a view; the log is whole."""

    name: str

    def __str__(self) -> str:
        return "vy/view"


Where = At | Between | InView


@dataclass(frozen=True)
class Held:
    """What a verifier holds beside the database."""

    sv: str
    en: str
    key: bool = True
    checkpoints: bool = False
    witness: bool = False
    receipt: bool = False


HELD: Mapping[str, Held] = {
    "nothing": Held("ingenting", "nothing", key=False),
    "key": Held("nyckel", "key"),
    "checkpoint": Held("kontrollpunkter", "checkpoints", checkpoints=True),
    "witness": Held("vittne", "witness", witness=True),
    "receipt": Held("kvitto", "receipt", receipt=True),
}
"""Each but the first holds the ledger's public key beside what it is called by; with a witness come
the roots of the time stamps, with a receipt the answers to commands."""


@dataclass(frozen=True)
class Verdict:
    """What was found: nothing (``where`` is None), or where it lies as exactly as can be said."""

    where: Where | None
    said: str = ""


def verdicts(scene: Scene) -> dict[str, Verdict]:
    """What each verifier finds."""
    url = scene.database.serve_url
    own = verify(url, processes=1).findings
    return {name: _verdict(scene, held, own) for name, held in HELD.items()}


def _verdict(scene: Scene, held: Held, own: tuple[Found, ...]) -> Verdict:
    url, ledger = scene.database.serve_url, scene.ledger
    keys = [KEY.verifier] if held.key else []
    kept = [
        *(ledger.kept if held.checkpoints else ()),
        *((ledger.witnessed,) if held.witness else ()),
        *((_tree_of(ledger),) if held.receipt else ()),
    ]
    tree = verify_tree(url, keys, kept)
    others = verify_confirmed(url, [PUBLIC], ledger.roots) if held.witness else verify_confirmed(url)
    receipts = (
        (*verify_receipts(url, HeldReceipts([(VICTIM, ledger.entry)])), *_answered(url, ledger))
        if held.receipt
        else ()
    )
    found = sorted((*own, *tree.findings, *others.findings, *receipts))
    exact = [one for one in found if INTERVAL not in one[1]]
    if tree.between and not (exact and exact[0][0] <= tree.between[1]):
        return Verdict(Between(*tree.between), next(what for _, what in found if INTERVAL in what))
    if exact:
        return Verdict(At(exact[0][0]), exact[0][1])
    if views := tuple(_views(url)):
        return Verdict(InView(views[0]), "kept otherwise than the log says")
    assert not found
    return Verdict(None)


def _tree_of(ledger: Ledger) -> Checkpoint:
    """The tree that the receipt leads to, which was signed."""
    receipt = parsed(ledger.receipt)
    assert isinstance(receipt, Receipt)
    root = checked_receipt(receipt, ledger.entry, [KEY.verifier])
    return Checkpoint(receipt.origin, receipt.size, root)


def _views(url: str) -> Iterator[str]:
    """The views of which something else is kept than the log comes to (`liggare replay`)."""
    with (
        closing(PostgresLog(url, mode="simulated")) as log,
        closing(PostgresShelf(url)) as shelf,
    ):
        reached = shelf.position()
        if 0 < reached <= log.head().position:
            (folded,) = digests_folded(log, [VIEWS[VIEW]], upto=reached)
            if digest_kept(shelf, VIEWS[VIEW], upto=reached) != folded:
                yield VIEW


def _answered(url: str, ledger: Ledger) -> Iterator[Found]:
    """What speaks against the answers to commands: another leaf at a position than the one that was named."""
    with psycopg.connect(url) as connection:
        for position, leaf in ledger.answered.items():
            row = connection.execute(
                "SELECT leaf FROM liggare.events WHERE position = %s", (position,)
            ).fetchone()
            if row is None or row[0] != leaf:
                yield position, "answer: named another leaf than the one that stands there"
