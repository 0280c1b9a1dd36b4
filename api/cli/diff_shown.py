"""The comparison of two moments for people: one screen sums it up, then every change, then the events."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from api.cli.ask_shown import positions
from api.cli.program import table
from api.diff_body import DiffBody, DiffChange, DiffEvent, DiffField
from ledger.values import instant
from replay.diff_fields import ABSENT
from replay.diff_told import STATES
from replay.questions.base import local_text

TYPES_MAX, VIEWS_MAX, CHANGES_MAX, FIELDS_MAX, WHOM_MAX, TEXT_MAX = 8, 15, 40, 12, 2, 70
WHOM = ("deviation", "order", "assignment", "consultant", "supplier", "region", "agreement")


def shown(body: DiffBody) -> Iterator[str | Table]:
    """Everything, the summary first."""
    yield from _summary(body)
    if body.policy:
        yield from _policy(body)
    if body.changes:
        yield "\nÄndringar / Changes"
        for change in body.changes[:CHANGES_MAX]:
            yield from _change(change)
        if len(body.changes) > CHANGES_MAX:
            more = len(body.changes) - CHANGES_MAX
            yield f"\n… (+{more}: namnge en vy med --view, eller --json / name a view with --view, or --json)"
    if body.listed:
        yield "\nHändelser / Events"
        yield _events(body.listed)
        if body.events > len(body.listed):
            yield f"… (+{body.events - len(body.listed)}: --limit)"


def _summary(body: DiffBody) -> Iterator[str | Table]:
    yield (
        f"Från / From  p{body.since.position} ({body.since.on})   "
        f"till / to  p{body.until.position} ({body.until.on})"
    )
    if body.at:
        yield f"Om {body.at}: vad man trodde då och vad man vet nu / what was believed then and is known now"
    if body.simulated:
        yield "SIMULERAD TID / SIMULATED TIME"
    yield (
        f"\n{body.events} händelser blev kända, {body.late} av dem sent; {body.changed} svar är andra.\n"
        f"{body.events} events became known, {body.late} of them late; {body.changed} answers are others.\n"
    )
    if body.types:
        yield _types(body)
    if body.changed:
        yield _views(body)
    if left := [one.view for one in body.views if one.left and not one.changed]:
        yield f"\nNycklar kvar också i / Keys left too in: {', '.join(left)}"
    if not body.complete:
        yield (
            "\nAllt är inte jämfört: --limit, --view eller --key jämför mer.\n"
            "Not everything was compared: --limit, --view or --key compares more."
        )
    yield f"\nToken: {body.token}"


def _types(body: DiffBody) -> Table:
    made = table("händelse / event", "antal / count", "sent / late")
    ranked = sorted(body.types, key=lambda one: (-one.events, one.type))
    for one in ranked[:TYPES_MAX]:
        made.add_row(one.type, str(one.events), Text(str(one.late), "red") if one.late else "")
    if len(ranked) > TYPES_MAX:
        made.add_row(
            f"… (+{len(ranked) - TYPES_MAX})", str(sum(one.events for one in ranked[TYPES_MAX:])), ""
        )
    return made


def _views(body: DiffBody) -> Table:
    made = table("\nvy / view", "\nandra / changed", "\njämförda / compared", "\nkvar / left")
    ranked = sorted((one for one in body.views if one.changed), key=lambda one: (-one.changed, one.view))
    for one in ranked[:VIEWS_MAX]:
        how = f"{one.looked_at} tillstånd / states" if one.compared == STATES else str(one.looked_at)
        made.add_row(one.view, str(one.changed), how, str(one.left or ""))
    if rest := ranked[VIEWS_MAX:]:
        made.add_row(f"… (+{len(rest)})", str(sum(one.changed for one in rest)), "", "")
    return made


def _policy(body: DiffBody) -> Iterator[str]:
    yield "\nGäller alla svar / About every answer"
    for policy in body.policy:
        rows = policy.rows
        yield f"  policy {policy.agreement}: {len(rows)} värden är andra / values are others"
        yield from _fields(rows)


def _change(change: DiffChange) -> Iterator[str]:
    asked = " ".join(f"--{name} {value}" for name, value in change.params.items())
    of = " (tillstånd / state)" if change.compared == STATES else ""
    yield f"\n{change.view} {change.key} {asked}".rstrip() + of
    if change.caused:
        yield f"    på grund av / because of: {positions(change.causes)}"
    if change.only_support:
        yield "    samma svar, annat underlag / the same answer, other evidence"
    if change.before.unanswerable and not change.after.unanswerable:
        yield f"    nytt svar / a new answer; då / then: {change.before.unanswerable}"
        yield from _fields([one for one in change.learnt if _short(one)])
    else:
        yield from _fields([one for one in change.learnt if not one.support])
    if change.moved:
        yield "    bara för att dagen gick / only since the date moved on:"
        yield from _fields([one for one in change.moved if not one.support])


def _short(one: DiffField) -> bool:
    """Whether a field of a new answer says something by itself."""
    return not one.support and one.after[:1] not in ("", "{", "[") and one.path not in ("on", "unanswerable")


def _fields(found: Sequence[DiffField]) -> Iterator[str]:
    lines = list(_lines(found))
    yield from lines[:FIELDS_MAX]
    if len(lines) > FIELDS_MAX:
        yield f"    … (+{len(lines) - FIELDS_MAX})"


def _lines(found: Sequence[DiffField]) -> Iterator[str]:
    """A line a field; records of one list that came, or that left, are on one line together.

    What changed within a record comes last, since there may be much of it.
    """
    told: dict[tuple[str, str], list[str]] = {}
    for one in found:
        if whole := _whole(one):
            told.setdefault(whole[:2], []).append(whole[2])
    for one in sorted(found, key=lambda one: "[" in one.path and not _whole(one)):
        whole = _whole(one)
        keys = told.pop(whole[:2], []) if whole else []
        if len(keys) > 1 and whole:
            yield f"    {whole[0]}: {whole[1]}{len(keys)} ({_cut(', '.join(keys))})"
        elif keys or not whole:
            yield f"    {one.path}: {_cut(one.before)} → {_cut(one.after)}"


def _whole(one: DiffField) -> tuple[str, str, str] | None:
    """The list, the sign and the name of a record that came into a list (+) or left it (−)."""
    path, _, key = one.path.removesuffix("]").rpartition("[")
    if not (one.path.endswith("]") and ABSENT in (one.before, one.after)):
        return None
    return path, "+" if one.before == ABSENT else "−", key


def _cut(text: str) -> str:
    """A whole record is only begun; JSON has all of it."""
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1] + "…"


def _events(listed: Sequence[DiffEvent]) -> Table:
    made = table("", "antecknad / recorded", "om / about", "händelse / event", "vem / whom", "av / by")
    for column in made.columns[:4]:
        column.no_wrap = True
    for one in listed:
        about = one.about or ""
        late = Text(f"{about} (+{one.late_days} d)", "red") if one.late_days is not None else about
        whom = " ".join([key for prefix in WHOM for key in one.ids.get(prefix, [])[:1]][:WHOM_MAX])
        at = local_text(instant(datetime.fromisoformat(one.recorded_at)))
        made.add_row(f"p{one.position}", at, late, one.type.rpartition(".")[0], whom, one.actor)
    return made
