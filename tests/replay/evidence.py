"""Grounds for evidence packages in memory: a world's log under a checkpoint that a test key signs."""

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import replay.evidence
from api.gathering import asking
from ledger.proof.checkpoint import Checkpoint, sealed_checkpoint
from ledger.proof.cosignature import cosigned, witness_key
from ledger.proof.note import SigningKey
from ledger.proof.receipt import signed_receipt
from ledger.store.codec import entry_of
from ledger.store.confirmed import Confirmed
from ledger.store.log import Log, Record
from ledger.store.sealing_tree import SealedNote
from replay.evidence.bag import TAG_MANIFEST, manifest
from replay.evidence.disclosure import Disclosure, Mask
from replay.evidence.package import Ground, Receipt
from replay.timeline import Timeline
from tests.cases.phrases import Act
from tests.cases.world import World
from tests.proof import naive
from tests.replay.histories import CASES, award_world, played

KEY = SigningKey("ledger.example/l-1", bytes(range(32)))
WITNESS = SigningKey("witness.example/w", bytes(range(1, 33)))
MASK = Mask("checks", "OSL 1 kap. 1 §", "a test")
CASE = "c-1"
ASKED = ("continuity-at-award", "would-have-won", "no-such-question")
DECIDED = Disclosure((MASK,), ("offer-received/facts",))
VERIFIER = Path(replay.evidence.__path__[0]) / "verify.py"


def ground(log: Log, key: SigningKey = KEY) -> Ground:
    """What a package of this log stands on."""
    leaves = [record.leaf for record in log.records()]
    checkpoint = Checkpoint(key.name, len(leaves), naive.mth(leaves))
    line = cosigned(checkpoint.text, WITNESS, 1_760_000_000).line
    sealed = SealedNote(len(leaves), sealed_checkpoint(checkpoint, key), 0)
    return Ground(
        log, Confirmed(sealed, (line,), ()), lambda at: naive.path(at - 1, leaves), [key.verifier],
        [witness_key(WITNESS)],
    )  # fmt: skip


def case_ground(world: World, key: SigningKey = KEY) -> Ground:
    """The same with answers, and receipts that the test key signs, some of them under smaller trees."""
    base = ground(world.log, key)
    leaves = [record.leaf for record in world.log.records()]

    def receipt(record: Record) -> Receipt:
        size = min(record.position + 1, len(leaves)) if record.position % 2 else len(leaves)
        path = naive.path(record.position - 1, leaves[:size])
        entry, root = entry_of(record.record), naive.mth(leaves[:size])
        content = signed_receipt(key, entry, size, record.position - 1, path, root)
        return Receipt(content, size, sealed_checkpoint(Checkpoint(key.name, size, root), key))

    return replace(base, ask=asking(Timeline(world.log, world.clock)), receipt=receipt)


def case_world(**opened: object) -> World:
    """The award's world with a case of it: the award, three questions (one of them none), two records."""
    world = award_world()
    tell(world, "open-evidence-case", kind="judicial-review", subject="An award", agreement="hyr-2024",
         registry_number="RS 1", **opened)  # fmt: skip
    tell(world, "add-evidence-award", order="o-1", why="It is disputed")
    for question in ASKED:
        params = [{"name": "order", "value": "o-1"}]
        tell(world, "add-evidence-question", question=question, params=params, why="It is disputed")
    tell(world, "add-evidence-records", positions=[3, 2], why="They say who was there")
    tell(world, "close-evidence-case", outcome="Given")
    return world


def tell(world: World, name: str, **body: object) -> None:
    """One command about the case."""
    list(world._do(Act(name, {"case": CASE, **body}, "owner-1", None), {}))


def pinned() -> ModuleType:
    """The published verifier, loaded from its file as a stranger's program would be."""
    spec = importlib.util.spec_from_file_location("pinned_verify", VERIFIER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def bagged_again(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files under manifests made anew, as whoever changes a package would."""
    payload = {name: content for name, content in files.items() if name.startswith("data/")}
    tags = {name: content for name, content in files.items() if name not in payload and name != TAG_MANIFEST}
    tags["manifest-sha256.txt"] = manifest(payload)
    return payload | tags | {TAG_MANIFEST: manifest(tags)}


def tied_world():
    """Two offers of one second, parted by a draw."""
    return played(next(case for case in CASES["tie-draw"] if "smallest first" in case.name))


__all__ = [
    "DECIDED",
    "KEY",
    "MASK",
    "VERIFIER",
    "WITNESS",
    "award_world",
    "bagged_again",
    "case_ground",
    "case_world",
    "ground",
    "pinned",
    "tell",
    "tied_world",
]  # fmt: skip
