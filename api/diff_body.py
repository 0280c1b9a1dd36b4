"""The comparison of two moments as JSON: what became known, and which answers it changed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from api.answers import InstantText, Sentences
from api.policies import of_ledger, scope_of
from api.policy_words import value_shown
from api.questions import dumped
from ledger.policy.model import ASSUMPTION
from ledger.policy.rows import key_of
from ledger.store.canonical import encoded
from ledger.store.log import Log
from ledger.values import instant_text
from projections.base import View
from projections.code import code_version
from replay.diff_events import Learnt, says
from replay.diff_fields import FieldChange, changes
from replay.diff_told import Change, Diff, ViewTold

ASSUMED = "antagande / assumption"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffMoment:
    """One of the two moments: the position it is resolved to, and the local date of it."""

    position: int
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffType:
    """How many events of a type became known, how many of them late, and what such events are."""

    type: str
    says: str
    events: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffEvent:
    """An event that became known: who recorded it, and whom and which local day it is about.

    ``late_days`` is how many days later than that it was recorded, where that is long. ``shared`` says that
    it is about everybody.
    """

    position: int
    recorded_at: InstantText
    type: str
    actor: str
    rule: str | None
    system: str | None
    about: str | None
    late_days: int | None
    ids: dict[str, list[str]]
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffField:
    """A field that differs, with both values as text; ``support`` only names the records behind."""

    path: str
    before: str
    after: str
    support: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPolicy:
    """What another policy version says: each value by term, scope and start."""

    agreement: str
    rows: list[DiffField]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffSide:
    """The answer on one side, by its token and digest, or why there is none."""

    token: str
    digest: str
    unanswerable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffChange:
    """An answer that differs: ``learnt`` better, or ``moved`` by the date alone.

    ``causes`` are the first of ``caused`` many positions in between that reached what it is read from.
    ``compared`` says answers, or states where a parameter is missing.
    """

    view: str
    key: str
    params: dict[str, str]
    compared: str
    learnt: list[DiffField]
    moved: list[DiffField]
    only_support: bool
    causes: list[int]
    caused: int
    before: DiffSide
    after: DiffSide


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffView:
    """How a view was compared: keys reached by their own events, keys looked at, left out, and changed."""

    view: str
    title: Sentences
    compared: str
    reached: int
    looked_at: int
    left: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffBody:
    """What became known between two moments and what it changed. The same token and question, the same bytes.

    ``changed`` counts the answers known better; ``complete`` says that everything touched was compared.
    """

    token: str
    since: DiffMoment
    until: DiffMoment
    at: str | None
    simulated: bool
    events: int
    late: int
    types: list[DiffType]
    listed: list[DiffEvent]
    shared: list[DiffEvent]
    policy: list[DiffPolicy]
    views: list[DiffView]
    changes: list[DiffChange]
    changed: int
    complete: bool
    digest: str = ""


def plain(view: View, reading: Any) -> Any:
    """A reading as plain values; its policy values by term, so that another value is one line."""
    terms: dict[str, list[str]] = {}
    for row in (term.row for term in reading.terms):
        said = f"{value_shown(row.value)} ({ASSUMED if row.source == ASSUMPTION else row.source})"
        terms.setdefault(f"{row.term} ({scope_of(row)})", []).append(said)
    return dumped(view.reading, reading) | {"terms": {name: "; ".join(said) for name, said in terms.items()}}


def diff_body(found: Diff, log: Log, *, simulated: bool) -> DiffBody:
    """The whole comparison as JSON."""
    touched, wanted = found.touched, found.wanted
    body = DiffBody(
        token=token_of(found),
        since=DiffMoment(position=found.since.position, on=found.since.on.isoformat()),
        until=DiffMoment(position=found.until.position, on=found.until.on.isoformat()),
        at=_day(wanted.at), simulated=simulated, events=touched.events, late=touched.late,
        types=[
            DiffType(type=name, says=says(name), events=count.events, late=count.late)
            for name, count in sorted(touched.types.items())
        ],
        listed=[_event(one) for one in touched.listed],
        shared=[_event(one) for one in touched.shared[: wanted.limit]],
        policy=list(_policies(found, log)),
        views=[_view(told) for told in found.views],
        changes=[_change(change) for told in found.views for change in told.changes],
        changed=found.changed, complete=found.complete,
    )  # fmt: skip
    return replace(body, digest=sha256(encoded(body)).hexdigest())


def token_of(found: Diff) -> str:
    """What a comparison depends on beside the question: both positions, the dates, and the code."""
    days = _day(found.wanted.at) or f"{found.since.on}..{found.until.on}"
    return f"p{found.since.position}..p{found.until.position}~{days}~{code_version()}"


def _event(one: Learnt) -> DiffEvent:
    ids: dict[str, list[str]] = {}
    for prefix, key in one.ids:
        ids.setdefault(prefix, []).append(key)
    return DiffEvent(
        position=one.position, recorded_at=instant_text(one.recorded_at), type=one.type, actor=one.actor,
        rule=one.rule, system=one.system, about=_day(one.about), late_days=one.late_days, ids=ids,
        shared=one.shared,
    )  # fmt: skip


def _policies(found: Diff, log: Log) -> Iterable[DiffPolicy]:
    """What each policy published in between says otherwise."""
    published = (one for one in found.touched.shared if one.type.startswith("policy-"))
    for agreement in sorted({key for one in published for prefix, key in one.ids if prefix == "agreement"}):
        rows = (_rows(log, agreement, position) for position in (found.since.position, found.until.position))
        yield DiffPolicy(agreement=agreement, rows=_fields(changes(*rows)))


def _rows(log: Log, agreement: str, position: int) -> dict[str, str]:
    try:
        rows = of_ledger(log, agreement, position).book.published.rows
    except LookupError:
        return {}
    return {
        f"{row.term} ({scope_of(row)}, {row.force}, {row.valid_from})": f"{value_shown(row.value)} {row.unit}"
        for row in sorted(rows, key=key_of)
    }


def _view(told: ViewTold) -> DiffView:
    return DiffView(
        view=told.view.name, title=Sentences(sv=told.view.title_sv, en=told.view.title_en),
        compared=told.compared, reached=told.reached, looked_at=told.looked_at, left=told.left,
        changed=sum(bool(change.learnt) for change in told.changes),
    )  # fmt: skip


def _change(change: Change) -> DiffChange:
    sides = (
        DiffSide(token=side.token, digest=side.digest, unanswerable=side.unanswerable)
        for side in (change.before, change.after)
    )
    before, after = sides
    return DiffChange(
        view=change.view, key=change.key, params=dict(change.params), compared=change.compared,
        learnt=_fields(change.learnt), moved=_fields(change.moved),
        only_support=bool(change.learnt) and all(one.support for one in change.learnt),
        causes=list(change.causes), caused=change.caused, before=before, after=after,
    )  # fmt: skip


def _fields(found: Iterable[FieldChange]) -> list[DiffField]:
    return [DiffField(path=f.path, before=f.before, after=f.after, support=f.support) for f in found]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
