"""The policy values that a decision read: each with value, unit, dates and source, assumptions marked."""

import json
from typing import Any

from ledger.policy.topics import topics
from replay.evidence.report_format import grouped, last_day
from replay.evidence.report_reading import Facts
from replay.evidence.report_texts import Words

Content = dict[str, Any]
ASSUMPTION = "assumption"
_NO_TOPIC = 99


def terms(award: Facts, book: Facts | None, words: Words) -> list[Content]:
    """The values by topic, in the topics' order; without the book, only what the award itself repeats."""
    rows = {_key(row["term"], row["source"], row["value"]): row for row in (book or {"rows": ()})["rows"]}
    by_topic: dict[int, list[Content]] = {}
    for used in award["terms"]:
        value = json.loads(used["value"])
        row = rows.get(_key(used["term"], used["source"], value))
        by_topic.setdefault(row["topic"] if row else _NO_TOPIC, []).append(_term(used, value, row, words))
    return [{"name": _topic(number, words), "rows": by_topic[number]} for number in sorted(by_topic)]


def assumed(award: Facts) -> int:
    """How many of the values nobody has published."""
    return sum(one["source"] == ASSUMPTION for one in award["terms"])


def _key(term: str, source: str, value: Any) -> tuple[str, str, str]:
    return term, source, json.dumps(value, sort_keys=True)


def _topic(number: int, words: Words) -> str:
    told = topics().get(number)
    return getattr(told, words.language) if told else words("other-topic")


def _term(used: Facts, value: Any, row: Facts | None, words: Words) -> Content:
    permitted = used["permitted_by"]
    return {
        "term": used["term"],
        "scope": used["scope"],
        "value": value_text(value, words),
        "unit": row["unit"] if row else "",
        "dates": _dates(row, words) if row else "–",
        "assumed": used["source"] == ASSUMPTION,
        "source": (row["assumed"] if row else "") if used["source"] == ASSUMPTION else used["source"],
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
