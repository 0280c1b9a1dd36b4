"""The comparison of two moments for people: one screen sums it up, then every change, then the events."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from api.cli.diff_fields_shown import fields_shown
from api.cli.layout import counted, paragraph, spans
from api.cli.program import table
from api.diff_body import DiffBody, DiffChange, DiffEvent, DiffField
from ledger.values import instant
from replay.diff_told import STATES
from replay.questions.base import local_text

TYPES_MAX, VIEWS_MAX, CHANGES_MAX, WHOM_MAX, INDENT = 8, 15, 40, 2, 4
WHOM = ("deviation", "order", "assignment", "consultant", "supplier", "region", "agreement")


def shown(body: DiffBody, *, whole: bool = False) -> Iterator[str | Table]:
    """Everything, the summary first; ``whole``, of one key, shows all that came into a list or left it."""
    yield from _summary(body, whole=whole)
    if body.policy:
        yield from _policy(body)
    if body.changes:
        yield "\nÄndringar / Changes"
        for change in body.changes[:CHANGES_MAX]:
            yield from _change(change, whole=whole)
        if len(body.changes) > CHANGES_MAX:
            more = len(body.changes) - CHANGES_MAX
            yield f"\n… (+{more}: namnge en vy med --view, eller --json / name a view with --view, or --json)"
    if body.listed:
        yield "\nHändelser / Events"
        yield _events(body.listed)
        if body.events > len(body.listed):
            yield f"… (+{body.events - len(body.listed)}: --limit)"


def _summary(body: DiffBody, *, whole: bool) -> Iterator[str | Table]:
    yield (
        f"Från / From  p{body.since.position} ({body.since.on})   "
        f"till / to  p{body.until.position} ({body.until.on})"
    )
    if body.at:
        yield f"Om {body.at}: vad man trodde då och vad man vet nu / what was believed then and is known now"
    if body.simulated:
        yield "SIMULERAD TID / SIMULATED TIME"
    events, answers = body.events, body.changed
    yield (
        f"\n{counted(events, 'händelse blev känd', 'händelser blev kända')}, {body.late} av dem sent; "
        f"{counted(answers, 'svar är ett annat', 'svar är andra')}.\n"
        f"{counted(events, 'event', 'events')} became known, {body.late} of them late; "
        f"{counted(answers, 'answer is another', 'answers are others')}.\n"
    )
    if body.types:
        yield _types(body)
    if body.changed:
        yield ""
        yield _views(body)
    if left := [one.view for one in body.views if one.left and not one.changed]:
        yield f"\nNycklar kvar också i / Keys left too in: {', '.join(left)}"
    if whole and not body.views:
        yield "\nIngen vy känner nyckeln: inget är jämfört.\nNo view knows the key: nothing was compared."
    elif not body.complete:
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
    made = table("vy / view", "andra / changed", "jämförda / compared", "kvar / left")
    ranked = sorted((one for one in body.views if one.changed), key=lambda one: (-one.changed, one.view))
    for one in ranked[:VIEWS_MAX]:
        how = f"{one.looked_at} tillstånd / states" if one.compared == STATES else str(one.looked_at)
        made.add_row(one.view, str(one.changed), how, str(one.left or ""))
    if rest := ranked[VIEWS_MAX:]:
        made.add_row(f"… (+{len(rest)})", str(sum(one.changed for one in rest)), "", "")
    return made


def _policy(body: DiffBody) -> Iterator[str | Table]:
    yield "\nGäller alla svar / About every answer"
    for policy in body.policy:
        rows = policy.rows
        said = f"{counted(len(rows), 'värde är ett annat', 'värden är andra')} / "
        said += counted(len(rows), "value is another", "values are others")
        yield f"  policy {policy.agreement}: {said}"
        yield from fields_shown(rows)


def _change(change: DiffChange, *, whole: bool) -> Iterator[str | Table]:
    asked = " ".join(f"--{name} {value}" for name, value in change.params.items())
    of = " (tillstånd / state)" if change.compared == STATES else ""
    yield ""
    yield paragraph(f"{change.view} {change.key} {asked}".rstrip() + of, style="bold")
    if change.caused:
        more = f" … (+{change.caused - len(change.causes)})" if change.caused > len(change.causes) else ""
        yield paragraph(f"på grund av / because of: {spans(change.causes)}{more}", INDENT)
    if change.only_support:
        yield paragraph("samma svar, annat underlag / the same answer, other evidence", INDENT)
    if change.before.unanswerable and not change.after.unanswerable:
        yield paragraph(f"nytt svar / a new answer; då / then: {change.before.unanswerable}", INDENT)
        yield from fields_shown([one for one in change.learnt if _short(one)], whole=whole)
    else:
        yield from fields_shown([one for one in change.learnt if not one.support], whole=whole)
    if change.moved:
        yield paragraph("bara för att dagen gick / only since the date moved on:", INDENT)
        yield from fields_shown([one for one in change.moved if not one.support], whole=whole)


def _short(one: DiffField) -> bool:
    """Whether a field of a new answer says something by itself."""
    return not one.support and one.after[:1] not in ("", "{", "[") and one.path not in ("on", "unanswerable")


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
