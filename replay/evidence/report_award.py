"""One award: what it is about, its result in a few sentences, and everything of its ranking."""

from typing import Any

from replay.evidence.report_format import exactly, last_day, local
from replay.evidence.report_ranking import ranking, taking_part, why
from replay.evidence.report_reading import Facts, Shown
from replay.evidence.report_texts import Words

Content = dict[str, Any]
Records = dict[int, Shown]


def order_of(records: Records, order: str) -> Facts | None:
    """The facts of an order's publication, where they are shown."""
    published = (one.facts for one in records.values() if one.type == "order-published" and one.facts)
    return next((facts for facts in published if facts["order"] == order), None)


def lead(which: Facts, records: Records, say: Words) -> list[str]:
    """The result of an award in a few sentences; ``which`` names it as case.json does."""
    facts = records[which["award"]].facts
    if facts is None:
        return [say("lead-hidden")]
    taking = taking_part(facts)
    rank = next((one["rank"] for one in taking if one["offer"] == facts["offer"]), 0)
    out = len(facts["ranking"]) - len(taking)
    won = {name: facts[name] for name in ("offer", "supplier", "order")}
    found = [say("lead", **won, number=facts["position"], on=local(facts["decided_at"]))]
    if facts["against_ranking"]:
        found.append(say("lead-against", rank=rank, taking=len(taking), reason=facts["reason"]))
    else:
        found.append(say("lead-first", taking=len(taking)))
    return [*found, say("lead-excluded", count=out)] if out else found


def about(which: Facts, records: Records, say: Words) -> list[list[str]]:
    """Label and value of what was ordered, and of when and by whom it was awarded."""
    order, award = order_of(records, which["order"]), records[which["award"]]
    found = [["order", which["order"]], ["number", str(which["number"])]]
    if order is not None:
        found += _ordered(order, which["number"], say)
    if award.facts is not None:
        found.append(["decided", local(award.facts["decided_at"])])
    links = award.links or {}
    found.append(["recorded", say("recorded-at", position=award.position, at=exactly(award.recorded_at))])
    if mandate := links.get("mandate"):
        found.append(["decider", say("decider-says", actor=links["actor"], mandate=mandate[0])])
    elif "actor" in links:
        found.append(["decider", links["actor"]])
    return [[say(key), value] for key, value in found]


def _ordered(order: Facts, number: int, say: Words) -> list[list[str]]:
    row = next(one for one in order["positions"] if one["number"] == number)
    last = last_day(row["until_on"])
    return [
        ["registry", order["registry_number"]],
        ["authority", order["authority"]],
        ["region", order["region"]],
        ["unit", order["unit"]],
        ["agreement", order["agreement"]],
        ["profession", f"{order['profession']}, {order['lot']}"],
        ["period", say("period-says", first=row["from_on"], last=last, shifts=row["planned_shifts"])],
        ["published", local(order["published_at"])],
        ["answer-by", local(order["answer_by"])],
    ]


def told_award(which: Facts, records: Records, say: Words) -> Content:
    """The ranking and why; of an award whose facts are withheld only that."""
    facts = records[which["award"]].facts
    told = {
        "heading": say("subtitle", order=which["order"], number=which["number"]),
        "lead": lead(which, records, say),
        "facts": about(which, records, say),
        "shown": facts is not None,
    }
    if facts is None:
        return told
    return told | {
        **ranking(facts, say),
        "criteria": say("why-weights" if facts["method"] == "weights" else "why-order"),
        "why": why(facts, order_of(records, which["order"]), say),
    }
