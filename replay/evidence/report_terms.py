"""The policy values that decisions and answers read: value, unit, dates and source, assumptions marked."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ledger.policy.topics import topics
from replay.evidence.report_format import grouped, last_day, stretches
from replay.evidence.report_reading import Facts, Shown
from replay.evidence.report_texts import Words

Content = dict[str, Any]
ASSUMPTION = "assumption"
_NO_TOPIC = 99


def rows_read(awards: Iterable[Shown], answers: Iterable[Facts], decided: Facts) -> list[Facts]:
    """Every value that awards and answers read, once, as it was published; both as far as they are shown.

    ``decided`` is decisions.json. An award that could not be made again has only what it repeats itself: no
    unit, no dates.
    """
    found: dict[str, Facts] = {}
    for row in (*_of_awards(awards, decided), *(term["row"] for one in answers for term in one["terms"])):
        found.setdefault(_key(row), row)
    return [found[key] for key in sorted(found)]


def _of_awards(awards: Iterable[Shown], decided: Facts) -> Iterator[Facts]:
    values = [one["row"] for one in decided["values"]]
    read = {one["position"]: one["terms"] for one in decided["decisions"]}
    for award in awards:
        numbers = read.get(award.position)
        if numbers is not None:
            yield from (values[number] for number in numbers)
        elif award.facts is not None:
            yield from map(_repeated, award.facts["terms"])


def _repeated(used: Facts) -> Facts:
    return {**used, "value": json.loads(used["value"]), "level": used["scope"], "scope": ""}


def _key(row: Facts) -> str:
    names = ("term", "level", "scope", "valid_from", "source", "value")
    return json.dumps([row.get("topic", _NO_TOPIC), *(row.get(name) for name in names)])


def _scope(row: Facts) -> str:
    return f"{row['level']}:{row['scope']}".strip(":")


def topics_of(rows: Iterable[Facts], words: Words) -> list[Content]:
    """The values by topic, in the topics' order."""
    by_topic: dict[int, list[Content]] = {}
    for row in rows:
        by_topic.setdefault(row.get("topic", _NO_TOPIC), []).append(_told(row, words))
    return [{"name": _topic(number, words), "rows": by_topic[number]} for number in sorted(by_topic)]


def _topic(number: int, words: Words) -> str:
    told = topics().get(number)
    return getattr(told, words.language) if told else words("other-topic")


def _told(row: Facts, words: Words) -> Content:
    guessed, permitted = row["source"] == ASSUMPTION, row["permitted_by"]
    return {
        "term": row["term"],
        "scope": _scope(row),
        "value": value_text(row["value"], words),
        "unit": row.get("unit", ""),
        "dates": _dates(row, words) if "valid_from" in row else "–",
        "assumed": guessed,
        "source": row.get("assumed", "") if guessed else row["source"],
        "permitted": words("permitted", clause=permitted) if permitted else "",
    }


def _dates(row: Facts, words: Words) -> str:
    first, until = row["valid_from"], row["valid_until"]
    return f"{first} – {last_day(until)}" if until else words("dates-from", first=first)


def value_text(value: Any, words: Words) -> str:
    """A policy value as text: yes or no, a number, words in order, or a table."""
    if isinstance(value, bool):
        return words("is-so" if value else "is-not-so")
    if isinstance(value, int):
        return grouped(value, words)
    if isinstance(value, list):
        told = [" ".join(map(str, one)) if isinstance(one, list) else str(one) for one in value]
        return ", ".join(told) or words("none")
    return str(value)


def decisions(told: Facts, words: Words) -> list[Content]:
    """The decisions to make again, by their rule: at which records, and how many values they read."""
    by_rule: dict[tuple[str, str], list[Facts]] = {}
    for one in told["decisions"]:
        by_rule.setdefault((one["rule"], one["cannot"]), []).append(one)
    return [
        {
            "rule": rule,
            "positions": stretches(one["position"] for one in several),
            "values": cannot or _most(several, words),
        }
        for (rule, cannot), several in sorted(by_rule.items())
    ]


def _most(several: list[Facts], words: Words) -> str:
    counts = sorted({len(one["terms"] or ()) for one in several})
    return grouped(counts[0], words) if len(counts) == 1 else f"{counts[0]}–{counts[-1]}"
