"""What comes out otherwise in a what-if: a short block for each decision, and for each reading."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.table import Table
from rich.text import Text

from api.cli.ask_shown import ASSUMED
from api.cli.layout import counted, paragraph
from replay.whatif.consequence import Consequence, Why
from replay.whatif.found import SLIGHT, Found, Moved
from replay.whatif.readings import UNKNOWN

SHOWN_MAX = 12
WHY_MAX = 3
INDENT = 4
WORDS = {
    "refused": "nekas / refused", "events": "andra händelser / other events",
    "winner": "annan vinnare / other winner", "ranking": "annan rangordning / other ranking",
    "values": "andra värden / other values", "grounds": "andra grunder / other grounds",
    "broke": "ingen regel för det / no rule for it",
}  # fmt: skip
CANNOT_KNOW = "ingen kan veta / nobody can know"
PLAIN = {"True": "ja / yes", "False": "nej / no", "none": "–", "": "–"}


def consequences(found: Found) -> Iterator[str | Table]:
    """The weightiest decisions that come out otherwise, a block each."""
    weighty = [one for one in found.consequences if one.what not in SLIGHT]
    listed = (weighty or found.consequences)[:SHOWN_MAX]
    yield "\nBeslut som faller ut annorlunda / Decisions that come out otherwise"
    for one in listed:
        yield from _decision(one)
    yield from more(found.differ - len(listed))


def more(count: int) -> Iterator[str]:
    """What was not shown."""
    if count > 0:
        yield f"… och {count} till / and {count} more (with --json)"


def _decision(one: Consequence) -> Iterator[str | Table]:
    words = one.rule.partition("@")[0].replace("-", " ")
    about = next((tag.partition(":")[2] for tag in one.about), "")
    head = Text(f"p{one.position}  ").append(f"{words} {about}".rstrip(), "bold")
    yield ""
    yield paragraph(head.append(f"  {WORDS[one.what]}"))
    refused = one.what == "refused"
    yield paragraph(f"{one.recorded} → {WORDS['refused'] if refused else one.instead}", INDENT)
    for why in dict.fromkeys(_why(why) for why in one.why[: 1 if refused else WHY_MAX]):
        yield paragraph(f"därför / why: {why}", INDENT)
    if one.unknown:
        yield paragraph(f"{CANNOT_KNOW}, {_off(one.unknown)}", INDENT)


def _off(steps: int) -> str:
    return f"{steps} steg bort / {counted(steps, 'step', 'steps')} off"


def _why(why: Why) -> str:
    values = f" {why.recorded} → {why.instead}" if why.recorded else f": {why.instead}"
    about = ", ".join(part for part in (why.clause, ASSUMED if why.assumption else why.source) if part)
    at = " ".join(f"p{position}" for position in why.positions[:WHY_MAX])
    return f"{why.fact}{values}" + (f" [{about}]" if about else "") + (f" {at}" if at else "")


def readings(found: Found) -> Iterator[str | Table]:
    """What readings would say, a block for each key; then those that nobody can know anything of."""
    moved = sorted(found.moved, key=lambda one: (one.view, one.key, one.fact))
    known = [one for one in moved if one.fact != UNKNOWN]
    yield "\nLäsningar vid slutet / Readings at the end"
    for (view, key), facts in groupby(known[:SHOWN_MAX], lambda one: (one.view, one.key)):
        yield paragraph(Text(f"{view} ").append(key, "bold"))
        for one in facts:
            doubt = f" ({CANNOT_KNOW})" if one.unknown and one.after else ""
            yield paragraph(f"{one.fact}: {_plain(one.before)} → {_plain(one.after)}{doubt}", INDENT)
    yield from more(len(known) - SHOWN_MAX)
    yield from _nobody_knows(one for one in moved if one.fact == UNKNOWN)


def _nobody_knows(moved: Iterable[Moved]) -> Iterator[Table]:
    for view, group in groupby(moved, lambda one: one.view):
        keys = [one.key for one in group]
        left = f" … (+{len(keys) - WHY_MAX})" if len(keys) > WHY_MAX else ""
        told = f"{CANNOT_KNOW} härifrån / from here on: {'; '.join(keys[:WHY_MAX])}{left}"
        yield paragraph(Text(view))
        yield paragraph(told, INDENT)


def _plain(value: str) -> str:
    return PLAIN.get(value, value)
