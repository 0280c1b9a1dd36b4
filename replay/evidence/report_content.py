"""Everything that the report says, as plain data, made from nothing but the files of a package."""

import json
from typing import Any

from replay.evidence.bag import Files
from replay.evidence.report_format import exactly, last_day, local, stretches
from replay.evidence.report_proof import checkpoint, signatures, withheld
from replay.evidence.report_ranking import ranking, taking_part, why
from replay.evidence.report_reading import Facts, Shown, shown_records
from replay.evidence.report_terms import assumed, terms
from replay.evidence.report_texts import Language, Words, words
from replay.evidence.report_timeline import timeline

Content = dict[str, Any]
SIMULATED = "simulated"


def content(payload: Files, verifier: str, language: Language) -> Content:
    """What the report says of a payload, in one language; ``verifier`` is the SHA-256 of verify.py in hex."""
    say, case = words(language), json.loads(payload["case.json"])
    records = shown_records(payload)
    award, order = records[case["award"]], _order(records, case["order"])
    return {
        "language": language,
        "order": case["order"],
        "number": case["number"],
        "ledger": award.header["ledger"],
        "simulated": award.header["mode"] == SIMULATED,
        "title": say("title"),
        "subtitle": say("subtitle", order=case["order"], number=case["number"]),
        "description": say("description", ledger=award.header["ledger"]),
        "question": say("asked-question", order=case["order"], number=case["number"]),
        "lead": _lead(award, say),
        "facts": _about(award, order, case, say) + _sealed(award, records, payload, say),
        "award": _award(award, order, records, say),
        "timeline": timeline(list(records.values()), say),
        "withheld": withheld(case, say),
        "positions": say("positions", positions=stretches(records)),
        "checkpoint": checkpoint(payload),
        "keys": payload["keys.txt"].decode().split(),
        "verifier": verifier,
        "signatures": signatures(payload, say),
        "witnessed": "cosignatures.txt" in payload,
        "stamped": any(name.startswith("stamps/") for name in payload),
    }


def _order(records: dict[int, Shown], order: str) -> Facts | None:
    """The facts of the order's publication, where they are shown."""
    published = (one.facts for one in records.values() if one.type == "order-published" and one.facts)
    return next((facts for facts in published if facts["order"] == order), None)


def _lead(award: Shown, say: Words) -> list[str]:
    """The result in a few sentences."""
    facts = award.facts
    if facts is None:
        return [say("lead-hidden")]
    taking = taking_part(facts)
    rank = next((one["rank"] for one in taking if one["offer"] == facts["offer"]), 0)
    out = len(facts["ranking"]) - len(taking)
    won = {name: facts[name] for name in ("offer", "supplier")}
    found = [say("lead", **won, number=facts["position"], on=local(facts["decided_at"]))]
    if facts["against_ranking"]:
        found.append(say("lead-against", rank=rank, taking=len(taking), reason=facts["reason"]))
    else:
        found.append(say("lead-first", taking=len(taking)))
    found += [say("lead-excluded", count=out)] if out else []
    return [*found, say("lead-assumed", terms=len(facts["terms"]), count=assumed(facts))]


def _about(award: Shown, order: Facts | None, case: Facts, say: Words) -> list[list[str]]:
    """Label and value of what the order is about."""
    found = [["order", case["order"]], ["number", str(case["number"])]]
    if order is not None:
        row = next(one for one in order["positions"] if one["number"] == case["number"])
        period = say(
            "period-says", first=row["from_on"], last=last_day(row["until_on"]), shifts=row["planned_shifts"]
        )
        found += [
            ["registry", order["registry_number"]],
            ["authority", order["authority"]],
            ["region", order["region"]],
            ["unit", order["unit"]],
            ["agreement", order["agreement"]],
            ["profession", f"{order['profession']}, {order['lot']}"],
            ["period", period],
            ["published", local(order["published_at"])],
            ["answer-by", local(order["answer_by"])],
        ]
    if award.facts is not None:
        found.append(["decided", local(award.facts["decided_at"])])
    return [[say(key), value] for key, value in found]


def _sealed(award: Shown, records: dict[int, Shown], payload: Files, say: Words) -> list[list[str]]:
    """Label and value of where and how it was recorded."""
    point, links = checkpoint(payload), award.links or {}
    found = [["recorded", say("recorded-at", position=award.position, at=exactly(award.recorded_at))]]
    if mandate := links.get("mandate"):
        found.append(["decider", say("decider-says", actor=links["actor"], mandate=mandate[0])])
    elif "actor" in links:
        found.append(["decider", links["actor"]])
    found += [
        ["ledger", award.header["ledger"]],
        ["checkpoint", say("checkpoint-says", origin=point["origin"], size=point["size"])],
        ["records", str(len(records))],
    ]
    return [[say(key), value] for key, value in found]


def _award(award: Shown, order: Facts | None, records: dict[int, Shown], say: Words) -> Content | None:
    """The ranking, why, and the policy behind it; None where the facts of the award are withheld."""
    facts = award.facts
    if facts is None:
        return None
    pinned = (award.header.get("policy") or {}).get("positions") or [0]
    at = order["policy_position"] if order else pinned[0]
    book = records[at].facts if at in records else None
    told = say("policy-says", version=facts["policy_version"], position=at) if book else say("policy-hidden")
    return {
        **ranking(facts, say),
        "criteria": say("why-weights" if facts["method"] == "weights" else "why-order"),
        "why": why(facts, order, say),
        "policy": told,
        "topics": terms(facts, book, say),
    }
