"""Puts a package together: records as disclosed, proofs to one checkpoint, what others confirmed of it."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from ledger.proof.checkpoint import unverified_checkpoint
from ledger.proof.cosignature import WitnessKey
from ledger.proof.note import VerifierKey
from ledger.store.body import contents as contents_of_body
from ledger.store.codec import header_of, parse_record
from ledger.store.confirmed import Confirmed
from ledger.store.log import Log, Record
from replay.evidence.award import AwardRecords
from replay.evidence.bag import bag
from replay.evidence.contents import AnswerHeld, Contents, RecordHeld
from replay.evidence.decided import decisions_behind, decisions_file, policies_read
from replay.evidence.disclosure import (
    LINKS,
    RECORD,
    BadMaskError,
    Disclosed,
    Disclosure,
    Withheld,
    all_disclosed,
    unused,
    withheld_answer,
)
from replay.evidence.gathered import Ask, Gathered, no_answers, one_award, whole_case
from replay.evidence.report import REPORT, report
from replay.evidence.report_texts import Language
from replay.questions.unsealed import UnsealedLog

Prove = Callable[[int], Sequence[bytes]]
"""The inclusion proof of a position in the checkpoint's tree."""
WHO_DECIDED = "order-awarded/links"
ITSELF = tuple(
    f"evidence-{what}/facts"
    for what in ("case-opened", "question-added", "award-added", "records-added", "case-closed")
)
"""What the case itself says: whoever gets its package gets that too, unless it is masked."""
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
    """Every file by its name; ``made_at`` (µs) is the time of every file: that of the award, or of the case.

    ``contents`` is the same as plain data.
    """

    files: dict[str, bytes]
    contents: Contents

    @property
    def made_at(self) -> int:
        """When what it is about was recorded last (µs)."""
        return self.contents.made_at

    @property
    def award(self) -> AwardRecords:
        """The award, or the first of a case. Raises IndexError where a case has none."""
        return self.contents.awards[0]

    @property
    def withheld(self) -> tuple[Withheld, ...]:
        """What is not shown, and why."""
        return self.contents.withheld


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it was given, and the signed checkpoint of the size it is under."""

    content: bytes
    size: int
    note: bytes


@dataclass(frozen=True, slots=True)
class Ground:
    """What a package stands on: the log, a checkpoint and what others confirmed, proofs to it, keys.

    ``ask`` answers the questions of a case; ``receipt`` gives the receipt of a record, where there is one.
    """

    log: Log
    confirmed: Confirmed
    prove: Prove
    keys: Sequence[VerifierKey]
    witnesses: Sequence[WitnessKey] = ()
    ask: Ask = no_answers
    receipt: Callable[[Record], Receipt | None] = lambda _: None


def verifier() -> bytes:
    """The verifier as it is published: one file that needs nothing else."""
    return Path(__file__).with_name("verify.py").read_bytes()


def verifier_digest() -> str:
    """SHA-256 of the verifier in hex."""
    return sha256(verifier()).hexdigest()


def award_package(
    ground: Ground, order: str, number: int, decided: Disclosure, language: Language = "sv"
) -> Package:
    """The package of the latest award of a position of an order that the checkpoint covers.

    ``language`` is that of its report.

    Raises SealedError, UnanswerableError, Undecided, BadMaskError.
    """
    size = ground.confirmed.sealed.size
    wanted = one_award(ground.log, order, number, size, checks=_with_checks(decided))
    return packed(ground, wanted, decided, language)


def case_package(ground: Ground, case: str, decided: Disclosure, language: Language = "sv") -> Package:
    """The package of a case as it stands at the checkpoint. Raises what ``award_package`` does."""
    size = ground.confirmed.sealed.size
    wanted = whole_case(ground.log, case, size, ground.ask, checks=_with_checks(decided))
    return packed(ground, wanted, decided, language)


def _with_checks(decided: Disclosure) -> bool:
    return any(one.rpartition("/")[2] == CHECKS for one in decided.shown)


def packed(ground: Ground, wanted: Gathered, decided: Disclosure, language: Language) -> Package:
    """The files of what is wanted, as far as it is decided to show it.

    Raises Undecided, BadMaskError.
    """
    shown, contents, receipts = _held(ground, wanted, decided)
    payload = {"case.json": _case(contents), "decisions.json": decisions_file(contents.decisions)}
    payload |= _confirmed(ground) | {f"receipts/{at}.cose": one.content for at, one in receipts.items()}
    heads = {one.size: one.note for one in receipts.values() if one.size != contents.checkpoint.size}
    payload |= {f"heads/{size}.txt": note for size, note in heads.items()}
    for one in shown:
        name = f"records/{one.position}"
        payload[f"{name}.record"] = one.record
        payload[f"{name}.proof"] = "".join(f"{part.hex()}\n" for part in ground.prove(one.position)).encode()
        if one.body is not None:
            payload[f"{name}.body"] = one.body
    for answer in contents.answers:
        if answer.withheld is None:
            payload[f"answers/{answer.position}.json"] = answer.content
    payload[REPORT] = report(payload, verifier_digest(), contents.made_at, language)
    info = {
        "External-Identifier": contents.identifier,
        "External-Description": f"{wanted.about}; time is {contents.mode}",
    }
    files = bag(payload, info, {"verify.py": verifier(), "read-me.txt": READ_ME.encode()})
    return Package(files, contents)


def _held(
    ground: Ground, wanted: Gathered, decided: Disclosure
) -> tuple[list[Disclosed], Contents, dict[int, Receipt]]:
    """Every record as it is shown, everything as plain data, and the receipts by position."""
    found = _records(ground, wanted.cited)
    asked = [(one.question, one.position) for one in wanted.answers]
    if strange := sorted(unused(decided, found, asked)):
        raise BadMaskError(f"{strange[0]} is in none of the {len(found)} records")
    decided = Disclosure(decided.masks, (*decided.shown, WHO_DECIDED, *ITSELF))
    shown = all_disclosed(found, decided)
    hidden = tuple(one for each in shown for one in each.withheld)
    absent = sorted(wanted.cited - {one.position for one in found})
    answers = tuple(_decided(one, hidden, decided) for one in wanted.answers)
    withheld = (
        *hidden,
        *(Withheld(at, RECORD, "sealed") for at in absent),
        *(one.withheld for one in answers if one.withheld),
    )
    receipts = dict(_receipts(ground, found))
    last = next(one for one in found if one.position == wanted.last)
    header = header_of(parse_record(last.record).header)
    contents = Contents(
        identifier=f"{header.ledger}/{wanted.name}", ledger=header.ledger, mode=header.mode,
        made_at=last.recorded_at, case=wanted.case, awards=wanted.awards, answers=answers,
        records=tuple(map(_plain, found, shown)), withheld=withheld,
        decisions=tuple(decisions_behind(ground.log, found)), receipts=tuple(receipts),
        checkpoint=unverified_checkpoint(ground.confirmed.sealed.note), confirmed=ground.confirmed,
        keys=tuple(ground.keys), witnesses=tuple(ground.witnesses),
    )  # fmt: skip
    return shown, contents, receipts


def _records(ground: Ground, cited: frozenset[int]) -> list[Record]:
    """What is cited and not sealed, with the policies that the decisions behind it read."""
    log = UnsealedLog(ground.log, ground.confirmed.sealed.size)
    found = log.records_at(sorted(cited))
    more = policies_read(found) - cited
    return sorted((*found, *log.records_at(sorted(more))), key=lambda one: one.position)


def _decided(answer: AnswerHeld, hidden: Sequence[Withheld], decided: Disclosure) -> AnswerHeld:
    """An answer with why it is withheld, if it is. Raises Undecided."""
    cited = set(answer.answered.answer.evidence) if answer.answered else set()
    behind = [one for one in hidden if one.position in cited]
    return replace(answer, withheld=withheld_answer(answer.question, answer.position, behind, decided))


def _receipts(ground: Ground, found: Sequence[Record]) -> Iterator[tuple[int, Receipt]]:
    """The receipt of each command behind the records: that of its first record here."""
    seen = set()
    for record in found:
        first = record.position - header_of(parse_record(record.record).header).n[0] + 1
        if first not in seen and (given := ground.receipt(record)) is not None:
            seen.add(first)
            yield record.position, given


def _plain(record: Record, shown: Disclosed) -> RecordHeld:
    parts = parse_record(record.record)
    groups = contents_of_body(shown.body) if shown.body is not None else {}
    linked = LINKS not in {one.group for one in shown.withheld}
    header = _json(parts.shown) | (_json(parts.links) if linked else {})
    said = {name.decode(): _json(text) for name, text in groups.items()}
    return RecordHeld(shown.position, parts.recorded_at, header, said)


def _json(text: bytes | None) -> Any:
    return None if text is None else msgspec.json.decode(text)


def _case(contents: Contents) -> bytes:
    """What the package is about, every position in it, and what is not shown."""
    awards = [{"award": one.award, "number": one.number, "order": one.order} for one in contents.awards]
    absent = {one.position for one in contents.withheld if one.group == RECORD}
    cited = sorted(absent | {one.position for one in contents.records})
    opened = contents.case.opened.position if contents.case and contents.case.opened else None
    case = {
        "format": "liggare-evidence-2", "asked": [one.position for one in contents.answers],
        "awards": awards, "case": opened, "cited": cited,
        "withheld": [asdict(one) for one in contents.withheld],
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
