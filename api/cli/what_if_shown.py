"""What `liggare what-if` shows: a summary, the decisions that come out otherwise, and the readings."""

from collections.abc import Iterator, Sequence

import msgspec
from rich.table import Table

from api.cli.layout import counted, paragraph, spans
from api.cli.program import FINE, NOT_CHECKED, Result, table
from api.cli.what_if_blocks_shown import WORDS, consequences, readings
from projections.code import code_version
from replay.whatif.change import Change
from replay.whatif.found import Found
from replay.whatif.history import Asked


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
    """The summary fits the first screen: what is otherwise in detail comes after it."""
    if not found.decisions:
        yield "INGET FATTAT PÅ NYTT: inget beslut finns i denna omfattning"
        yield "NOTHING MADE AGAIN: no decision is within this scope"
        return
    yield from _headline(asked, found, seconds)
    if found.counts:
        yield _counts(found)
    if found.unknown:
        yield from _unknown(found)
    if found.fallen:
        yield from _fallen(found.fallen)
    if found.amounts:
        yield _amounts(found)
    if found.consequences:
        yield from consequences(found)
    if found.moved:
        yield from readings(found)


def _headline(asked: Asked, found: Found, seconds: float) -> Iterator[Table]:
    how = (
        "följt hela vägen / followed through"
        if asked.follow
        else "bara första följder / first consequences only"
    )
    yield paragraph(f"TÄNK OM / WHAT IF {_named(asked.change)} — {how}", style="bold")
    cannot = found.cannot_count
    yield paragraph(
        f"{found.decisions} beslut; {found.again} fattade på nytt, de andra läser bevisligen inget av det; "
        f"{found.read} läste det som är ändrat, {found.differ} faller ut annorlunda"
        + (f", {cannot} går inte att fatta på nytt" if cannot else "")
        + f"; {seconds:.1f} s"
    )
    yield paragraph(
        f"{counted(found.decisions, 'decision', 'decisions')} in scope; {found.again} made again, the others "
        f"provably read nothing of it; {found.read} read what is changed, {found.differ} "
        f"{'comes' if found.differ == 1 else 'come'} out otherwise"
        + (f", {cannot} cannot be made again" if cannot else "")
    )


def _named(change: Change) -> str:
    rows = [f"{row.term} = {row.value} från / from {row.valid_from} ({row.level} {row.scope}".rstrip() + ")"
            for row in change.rows]  # fmt: skip
    gone = [f"p{position} inte hade hänt / had not happened" for position in sorted(change.without)]
    added = [
        f"{type(one.event or one.command).__name__} kom efter / came after p{one.after}"
        for one in change.added
    ]
    return ", ".join((*rows, *gone, *added))


def _counts(found: Found) -> Table:
    kinds = [what for what in WORDS if any(what in counts for counts in found.counts.values())]
    made = table("\nregel / rule", *(WORDS[what].replace(" / ", "\n") for what in kinds))
    for column in made.columns[1:]:
        column.justify = "right"
    for rule, counts in sorted(found.counts.items()):
        made.add_row(rule, *(str(counts.get(what, "")) for what in kinds))
    return made


def _unknown(found: Found) -> Iterator[Table]:
    count = sum(found.unknown.values())
    steps = ", ".join(f"{many} ({n})" for n, many in sorted(found.unknown.items()))
    yield paragraph(
        f"INGEN KAN VETA: {count} beslut står sig på det man vet, men vilar på vad som skulle ha följt "
        "av ett ändrat"
    )
    yield paragraph(
        f"NOBODY CAN KNOW: {counted(count, 'decision stands', 'decisions stand')} as recorded on what is "
        "known, but would rest on what had followed upon a changed one"
    )
    yield paragraph(f"antal (steg bort) / count (steps off): {steps}", 4)


def _fallen(fallen: Sequence[int]) -> Iterator[Table]:
    yield paragraph(
        f"FALLER MED DET: {counted(len(fallen), 'händelse', 'händelser')} vilar på det som tänks bort / "
        f"FALLS WITH IT: {counted(len(fallen), 'event rests', 'events rest')} on what is thought away: "
        f"{spans(fallen)}"
    )


def _amounts(found: Found) -> Table:
    made = table("\nbelopp som ändras (öre) / amounts (öre)", "antecknat\nrecorded", "i stället\ninstead")
    for column in made.columns[1:]:
        column.justify, column.no_wrap = "right", True
    for name, (was, instead) in sorted(found.amounts.items()):
        made.add_row(name, str(was), str(instead))
    return made
