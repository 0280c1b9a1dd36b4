"""Grounds for evidence packages in memory: a world's log under a checkpoint that a test key signs."""

import importlib.util
from pathlib import Path
from types import ModuleType

import replay.evidence
from ledger.proof.checkpoint import Checkpoint, sealed_checkpoint
from ledger.proof.cosignature import cosigned, witness_key
from ledger.proof.note import SigningKey
from ledger.store.confirmed import Confirmed
from ledger.store.log import Log
from ledger.store.sealing_tree import SealedNote
from replay.evidence.bag import TAG_MANIFEST, manifest
from replay.evidence.disclosure import Disclosure, Mask
from replay.evidence.package import Ground
from tests.proof import naive
from tests.replay.histories import CASES, award_world, played

KEY = SigningKey("ledger.example/l-1", bytes(range(32)))
WITNESS = SigningKey("witness.example/w", bytes(range(1, 33)))
MASK = Mask("checks", "OSL 1 kap. 1 §", "a test")
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
    "DECIDED", "KEY", "MASK", "VERIFIER", "WITNESS", "award_world", "bagged_again", "ground", "pinned",
    "tied_world",
]  # fmt: skip
