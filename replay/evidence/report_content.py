"""Everything that the report says, as plain data, made from nothing but the files of a package."""

import json
from typing import Any

from replay.evidence.bag import Files
from replay.evidence.report_award import Content, about, lead, told_award
from replay.evidence.report_case import Case, answers, case_facts, case_lead, gathered
from replay.evidence.report_format import exactly, stretches
from replay.evidence.report_proof import checkpoint, receipts, signatures, withheld
from replay.evidence.report_reading import shown_records
from replay.evidence.report_terms import ASSUMPTION, decisions, rows_read, topics_of
from replay.evidence.report_texts import Language, Words, words
from replay.evidence.report_timeline import timeline

SIMULATED = "simulated"
_AWARDS_FEW = 3  # whose results the first page tells


def content(payload: Files, verifier: str, language: Language) -> Content:
    """What the report says of a payload, in one language; ``verifier`` is the SHA-256 of verify.py in hex."""
    say, case = words(language), Case.of(payload, shown_records(payload))
    header = next(iter(case.records.values())).header
    awards = [told_award(one, case.records, say) for one in case.awards]
    decided = json.loads(payload["decisions.json"])
    rows = rows_read(case.shown_awards(), case.answered(), decided)
    return {
        "language": language,
        "ledger": header["ledger"],
        "simulated": header["mode"] == SIMULATED,
        "description": say("description", ledger=header["ledger"]),
        **(_of_case(case, say) if case.opened_at else _of_award(case, say)),
        "counted": say(
            "lead-assumed", terms=len(rows), count=sum(one["source"] == ASSUMPTION for one in rows)
        ),
        "awards": awards,
        "topics": topics_of(rows, say),
        "decisions": decisions(decided, say),
        "timeline": timeline(list(case.records.values()), say),
        "withheld": withheld(case.withheld, say),
        "positions": stretches(case.records),
        "checkpoint": checkpoint(payload),
        "keys": payload["keys.txt"].decode().split(),
        "verifier": verifier,
        "signatures": signatures(payload, say),
        "receipts": receipts(payload, say),
        "witnessed": "cosignatures.txt" in payload,
        "stamped": any(name.startswith("stamps/") for name in payload),
    }


def _of_award(case: Case, say: Words) -> dict[str, Any]:
    """The first page of a package of one award."""
    (which,) = case.awards
    named = {"order": which["order"], "number": which["number"]}
    return {
        "title": say("title"),
        "subtitle": say("subtitle", **named),
        "question": say("asked-question", **named),
        "lead": lead(which, case.records, say),
        "facts": about(which, case.records, say) + _sealed(case, say),
        "gathered": [],
        "answers": [],
    }


def _of_case(case: Case, say: Words) -> dict[str, Any]:
    """The first page of a case's package, and its answers."""
    few = case.awards if len(case.awards) <= _AWARDS_FEW else []
    leads = [one for which in few for one in lead(which, case.records, say)[:1]]
    return {
        "title": say("title-case"),
        "subtitle": case_lead(case, say)[0],
        "question": say("asked-case"),
        "lead": [*case_lead(case, say)[1:], *leads],
        "facts": case_facts(case, say) + _sealed(case, say),
        "gathered": gathered(case, say),
        "answers": answers(case, say),
    }


def _sealed(case: Case, say: Words) -> list[list[str]]:
    """Label and value of the ledger that it comes from."""
    point, last = case.point, case.records[max(case.records)]
    found = [
        ["ledger", last.header["ledger"]],
        ["checkpoint", say("checkpoint-says", origin=point["origin"], size=point["size"])],
        ["records", str(len(case.records))],
        [
            "last",
            say(
                "recorded-at",
                position=max(case.records),
                at=exactly(case.records[max(case.records)].recorded_at),
            ),
        ],
    ]
    return [[say(key), value] for key, value in found]
