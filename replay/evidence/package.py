"""Puts a package together: records as disclosed, proofs to one checkpoint, what others confirmed of it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from ledger.proof.cosignature import WitnessKey
from ledger.proof.note import VerifierKey
from ledger.store.codec import header_of, parse_record
from ledger.store.confirmed import Confirmed
from ledger.store.log import Log
from replay.evidence.award import AwardRecords, award_records
from replay.evidence.bag import bag
from replay.evidence.disclosure import RECORD, BadMaskError, Disclosure, Withheld, disclosed, unused
from replay.questions.unsealed import UnsealedLog

Prove = Callable[[int], Sequence[bytes]]
"""The inclusion proof of a position in the checkpoint's tree."""
WHO_DECIDED = "order-awarded/links"
CHECKS = "checks"
READ_ME = """\
Bevispaket ur Avropsliggaren. Kontrollera det med en verify.py som inte kom med paketet, och en nyckel
som inte heller gjorde det:

An evidence package of Avropsliggaren. Verify it with a verify.py that did not come with the package, and
with a key that did not either:

    python3 -I verify.py THIS-DIRECTORY --key KEY
"""


@dataclass(frozen=True, slots=True)
class Package:
    """Every file by its name; ``made_at`` (µs), when the award was recorded, is the time of every file."""

    files: dict[str, bytes]
    made_at: int
    award: AwardRecords
    withheld: tuple[Withheld, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a package stands on: the log, a checkpoint and what others confirmed, proofs to it, keys."""

    log: Log
    confirmed: Confirmed
    prove: Prove
    keys: Sequence[VerifierKey]
    witnesses: Sequence[WitnessKey] = ()


def verifier() -> bytes:
    """The verifier as it is published: one file that needs nothing else."""
    return Path(__file__).with_name("verify.py").read_bytes()


def verifier_digest() -> str:
    """SHA-256 of the verifier in hex."""
    return sha256(verifier()).hexdigest()


def award_package(ground: Ground, order: str, number: int, decided: Disclosure) -> Package:
    """The package of the latest award of a position of an order that the checkpoint covers.

    Raises SealedError, UnanswerableError, Undecided, BadMaskError.
    """
    size = ground.confirmed.sealed.size
    checks = any(one.rpartition("/")[2] == CHECKS for one in decided.shown)
    wanted = award_records(ground.log, order, number, size, checks=checks)
    found = UnsealedLog(ground.log, size).records_at(wanted.cited)
    if strange := sorted(unused(decided, found)):
        raise BadMaskError(f"{strange[0]} is in none of the {len(found)} records")
    decided = Disclosure(decided.masks, (*decided.shown, WHO_DECIDED))
    shown = [disclosed(one, decided) for one in found]
    absent = sorted(set(wanted.cited) - {one.position for one in found})
    withheld = (
        *(one for each in shown for one in each.withheld),
        *(Withheld(at, RECORD, "sealed") for at in absent),
    )
    payload = {"case.json": _case(wanted, withheld), **_confirmed(ground)}
    for one in shown:
        name = f"records/{one.position}"
        payload[f"{name}.record"] = one.record
        payload[f"{name}.proof"] = "".join(f"{part.hex()}\n" for part in ground.prove(one.position)).encode()
        if one.body is not None:
            payload[f"{name}.body"] = one.body
    award = next(one for one in found if one.position == wanted.award)
    header = header_of(parse_record(award.record).header)
    info = {
        "External-Identifier": f"{header.ledger}/{order}/{number}",
        "External-Description": f"award of {order}, position {number}; time is {header.mode}",
    }
    files = bag(payload, info, {"verify.py": verifier(), "read-me.txt": READ_ME.encode()})
    return Package(files, award.recorded_at, wanted, withheld)


def _case(wanted: AwardRecords, withheld: Sequence[Withheld]) -> bytes:
    case = {
        "format": "liggare-evidence-1", "order": wanted.order, "number": wanted.number, "award": wanted.award,
        "cited": wanted.cited, "withheld": [asdict(one) for one in withheld],
    }  # fmt: skip
    return (json.dumps(case, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _confirmed(ground: Ground) -> dict[str, bytes]:
    keys = [*(key.text for key in ground.keys), *(key.text for key in ground.witnesses)]
    found = {
        "checkpoint.txt": ground.confirmed.sealed.note,
        "keys.txt": "".join(f"{key}\n" for key in keys).encode(),
    }
    if ground.confirmed.cosignatures:
        found["cosignatures.txt"] = "".join(ground.confirmed.cosignatures).encode()
    stamps = enumerate(ground.confirmed.stamps, 1)
    return found | {f"stamps/{number}.tsr": der for number, der in stamps}
