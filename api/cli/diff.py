"""`liggare diff`: what became known between two moments, and which answers it changed."""

from typing import Annotated

import msgspec
import typer

from api.cli.diff_shown import shown
from api.cli.parameters import PARAMETERS, own_parameters
from api.cli.parties import require_known
from api.cli.program import (
    CODES,
    DIFFERENT,
    FINE,
    NOT_CHECKED,
    PROGRAM,
    Json,
    Result,
    carry_out,
    example,
)
from api.cli.progress import telling_stages
from api.cli.replay import views_named
from api.diff import compared
from api.diff_body import DiffBody
from api.opening import opened
from api.place import place_of
from api.settings import Settings
from replay.diff_events import LATE_DAYS
from replay.diff_told import COMPARING, LIMIT, READING
from replay.timeline import Timeline

STAGES = {READING: "läser / reading", COMPARING: "jämför / comparing"}
NARROWED = f"""Further options narrow what is told:

\b
  --key K        only this key of the views, touched or not
  --region R     only what is about a region; also the parameter of views that take it
  --supplier S   the same of a supplier
  --late-days N  from how many days on a fact is late, {LATE_DAYS} unless given

{PARAMETERS}"""
SAID = (
    "Like that of diff(1), the exit code says whether anything differs: 0 when everything touched was "
    "compared and no answer is known better, 3 when one is, 4 when none of those compared differs but not "
    "all were compared. What the date alone changed is told, and counts as no difference."
)
From = Annotated[
    str, typer.Option("--from", help="The first moment: an instant (RFC 3339) or a position such as p120.")
]
To = Annotated[str | None, typer.Option("--to", help="The second moment; now unless given.")]
Views = Annotated[
    list[str] | None,
    typer.Option("--view", help="Only this view, with every key where an event is about everybody; repeat."),
]
At = Annotated[
    str | None, typer.Option(help="One local date to ask both about: believed then, and known now.")
]
Limit = Annotated[int, typer.Option(min=1, help="Events listed, and keys compared in each view.")]


@PROGRAM.command(
    "diff",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog=example(
        "liggare diff --from p17000 --to p17040",
        "liggare diff --from 2025-03-01T00:00:00+01:00 --to 2025-04-01T00:00:00+02:00 --region stockholm",
        "liggare diff --from p17000 --view continuity-streaks --agreement hyr-2024 --at 2025-03-01 --json",
    ) + f"\n\n{NARROWED}\n\n{SAID}\n\n{CODES}",
)  # fmt: skip
def diff(
    context: typer.Context,
    since: From,
    until: To = None,
    view: Views = None,
    at: At = None,
    limit: Limit = LIMIT,
    as_json: Json = False,
) -> None:
    """Tell what became known between two moments, and which answers it changed, field by field.

    Events come with whom and when they are about; those recorded long after are marked late. An answer that
    differs is told twice over: what is known better about the same date, and what differs only since the
    date moved on. With --at both moments are asked about one date. A parameter that a view needs and nobody
    gave is each value that the events name; without any, the state behind the view is compared. What is
    sealed at the second moment is not there.
    """
    options = {"from": since, "to": until, "at": at, "limit": str(limit)}
    sent = {name: value for name, value in options.items() if value is not None}
    own = own_parameters(context.args)
    carry_out(as_json, lambda _: _diff(sent | own, tuple(view or ())))


def _diff(sent: dict[str, str], named: tuple[str, ...]) -> Result:
    views_named(list(named))
    settings = Settings.from_environment()
    with place_of(settings, make=False) as place, opened(place, settings, follow=False) as parts:
        return differing(parts.timeline, sent, named)


def differing(timeline: Timeline, sent: dict[str, str], named: tuple[str, ...]) -> Result:
    """The comparison as JSON and for people. Raises ProblemError, StopError."""
    require_known(timeline.log, sent)
    with telling_stages(STAGES) as tell:
        body = compared(timeline, sent, named, tell=tell)
    return Result(msgspec.to_builtins(body), tuple(shown(body, whole="key" in sent)), _code(body))


def _code(body: DiffBody) -> int:
    if body.changed:
        return DIFFERENT
    return FINE if body.complete else NOT_CHECKED
