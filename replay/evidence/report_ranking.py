"""The result: the ranking as it was recorded, and why it came out so, criterion by criterion."""

from collections.abc import Iterator
from typing import Any

from replay.evidence.report_format import exactly, kronor, lasting, listed, stretches
from replay.evidence.report_reading import Facts
from replay.evidence.report_texts import Words
from replay.questions.words import READ_AS, called

Content = dict[str, Any]


def ranking(award: Facts, words: Words) -> Content:
    """Who took part with what, who did not and why; then what each criterion did."""
    taking, out = taking_part(award), [one for one in award["ranking"] if not one["rank"]]
    return {
        "rows": [_row(one, award, words) for one in taking],
        "scored": any(one["score"] is not None for one in taking),
        "excluded": [_excluded(one, words) for one in out],
        "streaks": [_streak(one, words) for one in award["ranking"] if one["continuity"]],
        "flags": list(_flags(award, words)),
    }


def taking_part(award: Facts) -> list[Facts]:
    """The offers that have a rank, best first."""
    return sorted((one for one in award["ranking"] if one["rank"]), key=lambda one: int(one["rank"]))


def _row(one: Facts, award: Facts, words: Words) -> Content:
    value = one["continuity"]
    return {
        **_who(one),
        "rank": one["rank"],
        "won": one["offer"] == award["offer"],
        "continuity": words("measured-of", **_measures(value, words)) if value else "–",
        "counts": words("counts" if value["counts"] else "counts-not") if value else "",
        "counts_from": exactly(one["time"]["counts_from_at"]),
        "score": one["score"],
    }


def _who(one: Facts) -> Content:
    return {name: one[name] for name in ("offer", "supplier", "consultant")}


def _excluded(one: Facts, words: Words) -> Content:
    code = one["excluded_code"]
    reason = words.texts.get(f"out-{code}", code)
    return {**_who(one), "reason": reason, "detail": one["excluded_detail"], "clause": one["excluded_clause"]}


def _streak(one: Facts, words: Words) -> Content:
    value, period = one["continuity"], one["period"]
    first, last = value["first_on"], value["last_on"]
    worked = words("worked-says", days=value["days"], shifts=value["shifts"], hours=lasting(value["minutes"]))
    return {
        "offer": one["offer"],
        "measured": words("measured-of", **_measures(value, words)),
        "days": f"{first} – {last}" if first else "–",
        "worked": worked if value["shifts"] else "–",
        "unapproved": words("unapproved", count=value["unapproved_shifts"])
        if value["unapproved_shifts"]
        else "",
        "eighteen": _eighteen(period, words) if period else "–",
    }


def _measures(value: Facts, words: Words) -> Content:
    measure = words.texts.get(f"measure-{value['measure']}", value["measure"])
    return {"amount": value["amount"], "threshold": value["threshold"], "measure": measure}


def _eighteen(period: Facts, words: Words) -> str:
    reading = getattr(called(READ_AS, period["governs"]), words.language)
    return words("eighteen-exceeded" if period["exceeded"] else "eighteen-within", reading=reading)


def why(award: Facts, order: Facts | None, words: Words) -> list[Content]:
    """What each criterion did, in the announced order, then the draw and the price."""
    groups, found = [taking_part(award)], list[Content]()
    for criterion in award["criteria"] if award["method"] == "order" else ():
        label, says, groups = _parted(criterion, groups, words)
        found.append({"criterion": label, "says": says})
    if award["method"] == "order":
        found.append({"criterion": words("why-draw"), "says": _drawn(award, words)})
    found.append({"criterion": words("why-price"), "says": _price(order, words)})
    return found


def _parted(criterion: str, groups: list[list[Facts]], words: Words) -> tuple[str, str, list[list[Facts]]]:
    """What a criterion did to the groups that were equal so far, and the groups after it."""
    if criterion == "continuity":
        parts = [
            [one for one in each if one["continuity"]["counts"] is is_]
            for each in groups
            for is_ in (True, False)
        ]
        counts, not_ = ([one["offer"] for each in parts[i::2] for one in each] for i in (0, 1))
        none = words("none")
        says = words("why-continuity-says", counts=listed(counts) or none, not_=listed(not_) or none)
        return words("why-continuity"), says, [each for each in parts if each]
    parts = [[o for o in each if o["time"]["tie_group"] == tie] for each in groups for tie in _ties(each)]
    several = [each for each in groups if each[1:]]
    order = "; ".join(listed(one["offer"] for one in each) for each in several)
    says = words("why-time-says", order=order) if several else words("why-time-none")
    return words("why-time"), says, parts


def _ties(group: list[Facts]) -> list[int]:
    return sorted({one["time"]["tie_group"] for one in group})


def _drawn(award: Facts, words: Words) -> str:
    drawn = [one["offer"] for one in taking_part(award) if one["time"]["drawn"]]
    if not drawn:
        return words("why-draw-none")
    return words("why-draw-says", position=award["draw_seed_position"], order=listed(drawn))


def _price(order: Facts | None, words: Words) -> str:
    amount = order and order.get("estimated_ore")
    return words("why-price-says", amount=kronor(amount, words)) if amount else words("why-price-none")


def _flags(award: Facts, words: Words) -> Iterator[str]:
    """What the decision itself remarked."""
    if award["ranking_at_publication"]:
        yield words("flag-publication", order=listed(award["ranking_at_publication"]))
    if award["outages"]:
        yield words("flag-outages", positions=stretches(award["outages"]))
    imported = [one["offer"] for one in taking_part(award) if one["time"]["trust"] == "imported"]
    if imported:
        yield words("flag-imported", offers=listed(imported))
