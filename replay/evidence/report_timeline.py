"""What happened in order of time: position, what, when it held, and when the ledger learnt of it."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from replay.evidence.report_format import listed, local, shortly
from replay.evidence.report_reading import Facts, Shown
from replay.evidence.report_texts import Words

Content = dict[str, Any]
_ALONE = ("offer-", "order-published", "order-awarded", "award-")
_FEWEST_TOGETHER = 3
_SUBJECTS = (
    "question", "offer", "consultant", "supplier", "order", "mandate", "assignment", "case", "agreement",
    "ledger",
)  # fmt: skip
_HELD = ("on", "published_at", "notified_at", "received_at", "from_at", "from_on")


def timeline(records: Sequence[Shown], words: Words) -> list[Content]:
    """A row for each record; records of a kind one after another, which tell nothing alone, on one row."""
    rows = []
    for _, same in groupby(records, key=lambda one: (one.type, one.facts is None)):
        several = list(same)
        alone = several[0].type.startswith(_ALONE) or len(several) < _FEWEST_TOGETHER
        rows += [_row([one], words) for one in several] if alone else [_row(several, words)]
    return rows


def held_at(one: Shown) -> str:
    """When what a record says happened or began to hold; when it was decided where the facts do not say."""
    facts = one.facts or {}
    name = next((name for name in (*_HELD, *_instants(facts)) if facts.get(name)), None)
    value = one.header["decided_at"] if name is None else facts[name]
    return local(value) if isinstance(value, int) else str(value)


def _instants(facts: Facts) -> Iterator[str]:
    """The other fields that are instants, that of the decision first."""
    yield from sorted((name for name in facts if name.endswith("_at")), key=lambda name: name != "decided_at")


def _row(several: list[Shown], words: Words) -> Content:
    many = len(several) > 1
    about = listed(dict.fromkeys(filter(None, map(_subject, several))))
    return {
        "position": shortly((one.position for one in several), words),
        "what": words.event(several[0].type),
        "times": words("times", count=len(several)) if many else "",
        "about": words("not-shown") if several[0].facts is None else about,
        "valid": _span([held_at(one) for one in several]),
        "recorded": _span([local(one.recorded_at) for one in several]),
    }


def _subject(one: Shown) -> str:
    facts = one.facts or {}
    return next((str(facts[name]) for name in _SUBJECTS if facts.get(name)), "")


def _span(told: list[str]) -> list[str]:
    """The first and the last, or the one where they are the same."""
    return [min(told)] if min(told) == max(told) else [min(told), max(told)]
