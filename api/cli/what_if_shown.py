"""What `liggare what-if` shows: a summary, the decisions that come out otherwise, and the readings."""

from collections.abc import Iterator

import msgspec
from rich.table import Table

from api.cli.program import FINE, NOT_CHECKED, Result, table
from projections.code import code_version
from replay.whatif.change import Change
from replay.whatif.consequence import Consequence
from replay.whatif.found import SLIGHT, Found
from replay.whatif.history import Asked
from replay.whatif.readings import UNKNOWN

SHOWN_MAX = 12
WHY_MAX = 3
WORDS = {
    "refused": "refused", "events": "other events", "winner": "other winner", "ranking": "other ranking",
    "values": "other values", "grounds": "other grounds", "broke": "no rule for it",
}  # fmt: skip


def result_of(asked: Asked, found: Found, seconds: float) -> Result:
    """What a what-if says, for programs and for people."""
    document = {
        "change": _told(asked.change), "follow": asked.follow,
        "scope": msgspec.to_builtins(asked.scope), "decisions": found.decisions, "again": found.again,
        "read": found.read, "differ": found.differ, "counts": found.counts,
        "consequences": msgspec.to_builtins(found.consequences), "readings": msgspec.to_builtins(found.moved),
        "amounts": msgspec.to_builtins(found.amounts),
        "unknown": {str(steps): count for steps, count in sorted(found.unknown.items())},
        "resting": msgspec.to_builtins(found.resting), "cannot": found.cannot_count,
        "fallen": found.fallen, "cannot_list": msgspec.to_builtins(found.cannot), "position": found.position,
        "seconds": round(seconds, 3), "per_second": round(found.decisions / max(seconds, 0.001)),
        "code": code_version(),
    }  # fmt: skip
    code = FINE if found.decisions and not found.cannot_count else NOT_CHECKED
    return Result(document, tuple(_shown(asked, found, seconds)), code)


def _told(change: Change) -> dict[str, object]:
    rows = [{"term": r.term, "level": r.level, "scope": r.scope, "value": r.value,
             "valid_from": r.valid_from} for r in change.rows]  # fmt: skip
    added = [{"after": one.after, "what": type(one.event or one.command).__name__} for one in change.added]
    return {"policy": msgspec.to_builtins(rows), "without": sorted(change.without), "with": added}


def _shown(asked: Asked, found: Found, seconds: float) -> Iterator[str | Table]:
    if not found.decisions:
        yield "NOTHING MADE AGAIN: no decision is within this scope"
        return
    yield _headline(asked, found, seconds)
    if found.counts:
        yield _counts(found)
    if found.unknown:
        yield _unknown(found)
    if found.fallen:
        told = " ".join(f"p{position}" for position in found.fallen[:SHOWN_MAX])
        yield f"FALLS WITH IT: {len(found.fallen)} events rest on what is thought away: {told}"
    if found.consequences:
        yield from _consequences(found)
    if found.moved:
        yield from _readings(found)
    if found.amounts:
        yield _amounts(found)


def _headline(asked: Asked, found: Found, seconds: float) -> str:
    how = "followed through" if asked.follow else "first consequences only"
    cannot = f", {found.cannot_count} cannot be made again" if found.cannot_count else ""
    return (
        f"WHAT IF {_named(asked.change)} — {how}\n"
        f"{found.decisions} decisions in scope; {found.again} made again, the others provably read nothing "
        f"of it; {found.read} read what is changed, {found.differ} come out otherwise{cannot}; "
        f"{seconds:.1f} s"
    )


def _named(change: Change) -> str:
    rows = [f"{row.term} were {row.value} from {row.valid_from} ({row.level} {row.scope}".rstrip() + ")"
            for row in change.rows]  # fmt: skip
    gone = [f"p{position} had not happened" for position in sorted(change.without)]
    added = [f"{type(one.event or one.command).__name__} came after p{one.after}" for one in change.added]
    return ", ".join((*rows, *gone, *added))


def _counts(found: Found) -> Table:
    kinds = [what for what in WORDS if any(what in counts for counts in found.counts.values())]
    made = table("rule", *(WORDS[what] for what in kinds))
    for rule, counts in sorted(found.counts.items()):
        made.add_row(rule, *(str(counts.get(what, "")) for what in kinds))
    return made


def _unknown(found: Found) -> str:
    steps = ", ".join(f"{count} at {n} steps" for n, count in sorted(found.unknown.items()))
    return (
        f"NOBODY CAN KNOW: {sum(found.unknown.values())} decisions stand as recorded on what is known, "
        f"but rest on what would have followed upon a changed one ({steps})"
    )


def _consequences(found: Found) -> Iterator[str | Table]:
    weighty = [one for one in found.consequences if one.what not in SLIGHT]
    shown = (weighty or found.consequences)[:SHOWN_MAX]
    made = table("at", "decision", "about", "what", "recorded", "instead", "why")
    for one in shown:
        what = WORDS[one.what] + (f", unknown ({one.unknown})" if one.unknown else "")
        rule = one.rule.partition("@")[0]
        made.add_row(f"p{one.position}", rule, _about(one), what, one.recorded, one.instead, _why(one))
    yield made
    if found.differ > len(shown):
        yield f"… and {found.differ - len(shown)} more (with --json)"


def _about(one: Consequence) -> str:
    return next((tag.partition(":")[2] for tag in one.about), "")


def _why(one: Consequence) -> str:
    told: list[str] = []
    for why in one.why[: 1 if one.what == "refused" else WHY_MAX]:
        values = f" {why.recorded} → {why.instead}" if why.recorded else f": {why.instead}"
        source = "ASSUMPTION" if why.assumption else why.source
        about = ", ".join(part for part in (why.clause, source) if part)
        at = " ".join(f"p{position}" for position in why.positions[:WHY_MAX])
        told.append(f"{why.fact}{values}" + (f" [{about}]" if about else "") + (f" {at}" if at else ""))
    return "; ".join(dict.fromkeys(told))


def _readings(found: Found) -> Iterator[str | Table]:
    made = table("reading", "of", "fact", "recorded", "instead")
    for one in sorted(found.moved, key=lambda one: one.fact == UNKNOWN)[:SHOWN_MAX]:
        fact = one.fact + (" (unknown)" if one.unknown and one.after else "")
        made.add_row(one.view, one.key, fact, one.before, one.after)
    yield made
    if len(found.moved) > SHOWN_MAX:
        yield f"… and {len(found.moved) - SHOWN_MAX} more (with --json)"


def _amounts(found: Found) -> Table:
    made = table("amounts of what differs (öre)", "recorded", "instead")
    for name, (was, instead) in sorted(found.amounts.items()):
        made.add_row(name, str(was), str(instead))
    return made
