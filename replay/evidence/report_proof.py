"""What is withheld and why, and what others confirmed: as it stands in the package, not verified here."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from ledger.proof.note import parsed_note
from ledger.proof.stamp import StampError, unverified_time
from ledger.values import SECOND_US, instant
from replay.evidence.bag import Files
from replay.evidence.report_format import local, shortly, stretches
from replay.evidence.report_reading import Facts
from replay.evidence.report_texts import Words

Content = dict[str, Any]
SECRECY = "secrecy"
_TIME_BYTES = 8


def withheld(hidden: list[Facts], words: Words) -> list[Content]:
    """What is not shown: each part with its ground and the records it is withheld of, secrecy first."""

    def kind(one: Facts) -> tuple[bool, str, str, str, str]:
        return one["why"] != SECRECY, one["why"], one["group"], one["paragraph"], one["ground"]

    return [
        {
            "part": words.texts.get(f"part-{group}", group),
            "group": group,
            "secret": why == SECRECY,
            "why": words(f"why-{why}"),
            "paragraph": paragraph,
            "ground": ground,
            "positions": _places([one["position"] for one in same], words, why),
        }
        for (_, why, group, paragraph, ground), same in groupby(sorted(hidden, key=kind), kind)
    ]


def _places(positions: list[int], words: Words, why: str) -> str:
    """Where it is withheld: for secrecy every position, since each is a decision."""
    return stretches(positions) if why == SECRECY else shortly(positions, words)


def checkpoint(payload: Files) -> Content:
    """Origin, size and the whole text of the checkpoint, line by line."""
    text = payload["checkpoint.txt"].decode()
    origin, size, *_ = text.split("\n")
    return {"origin": origin, "size": int(size), "lines": text.rstrip("\n").split("\n")}


def signatures(payload: Files, words: Words) -> list[Content]:
    """The ledger's signature, the witnesses', and the time stamps."""
    note = payload["checkpoint.txt"]
    text, _, _ = note.decode().rpartition("\n\n")
    lines = payload.get("cosignatures.txt", b"").decode()
    known = {line.split("+")[1] for line in payload["keys.txt"].decode().split("\n")[:-1]}
    rows = [
        _signed(one.name, one.key_id, words("confirms-ledger"), "", known, words)
        for one in parsed_note(note).signatures
    ]
    for one in parsed_note(f"{text}\n\n{lines}".encode()).signatures if lines else ():
        at = int.from_bytes(one.signature[:_TIME_BYTES]) * SECOND_US
        rows.append(_signed(one.name, one.key_id, words("confirms-witness"), local(at), known, words))
    return [*rows, *_stamps(payload, words)]


def _signed(name: str, key_id: bytes, what: str, at: str, known: set[str], words: Words) -> Content:
    missing = "" if key_id.hex() in known else words("key-missing")
    return {"who": name, "key": key_id.hex(), "missing": missing, "what": what, "when": at or "–"}


def receipts(payload: Files, words: Words) -> str:
    """How many commands' receipts there are."""
    count = sum(name.startswith("receipts/") for name in payload)
    return words("receipts-some", count=count) if count else words("receipts-none")


def _stamps(payload: Files, words: Words) -> Iterator[Content]:
    for name in sorted(name for name in payload if name.startswith("stamps/")):
        try:
            at = local(instant(unverified_time(payload[name])))
        except StampError:
            at = "–"
        yield {"who": name, "key": "–", "missing": "", "what": words("confirms-stamp"), "when": at}
