"""`liggare view`: a view's answer for one key or for all, as known at an instant and for a date."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import MISSING, fields
from typing import Annotated

import msgspec
import typer

from api.cli.moments import told_by
from api.cli.parameters import PARAMETERS, own_parameters
from api.cli.parties import require_known, require_known_key
from api.cli.population import shown
from api.cli.program import CODES, PROGRAM, USAGE, Json, Result, StopError, carry_out, example
from api.cli.replay import views_named
from api.opening import opened
from api.parts import Parts
from api.place import place_of
from api.questions import question_of
from api.settings import Settings
from api.view_lists import population_body
from api.views import answer_body
from projections.base import VIEWS, View
from replay.lists import everyone

Name = Annotated[str, typer.Argument(help="The view, for example continuity-streaks.")]
Key = Annotated[str | None, typer.Argument(help="The id it is kept by; --all instead takes every one.")]
All = Annotated[bool, typer.Option("--all", help="Every key that was known: a row each, or all with --json.")]
KnownAt = Annotated[
    str | None, typer.Option(help="As known at an instant (RFC 3339) or a position such as p120.")
]
At = Annotated[
    str | None, typer.Option(help="For this local date in Sweden; that of --known-at unless given.")
]


def parameters() -> str:
    """What each view may be told, at the end of the help text."""
    rows = (f"  {view.name:<23}{_own(view)}" for view in sorted(VIEWS.values(), key=lambda one: one.name))
    return "\n\nParameters, those in brackets may be left out:\n\n\b\n" + "\n".join(rows)


def _own(view: View) -> str:
    needed = {one.name: one.default is MISSING for one in fields(view.params)}
    return ", ".join(name if need else f"[{name}]" for name, need in needed.items()) or "none"


@PROGRAM.command(
    "view",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog=example(
        "liggare view order-board o-0229", "liggare view order-board o-0229 --known-at p18200 --json",
        "liggare view continuity-streaks k-bee1442abaf009df --at 2025-03-10 --agreement hyr-2024",
        "liggare view escalation-ladder s-delta --agreement hyr-2024 --lot nurses",
        "liggare view escalation-ladder --all --agreement hyr-2024 --lot nurses --at 2025-03-03",
    ) + parameters() + "\n\n" + PARAMETERS + "\n\n" + CODES,
)  # fmt: skip
def view(
    context: typer.Context,
    name: Name,
    key: Key = None,
    known_at: KnownAt = None,
    at: At = None,
    every: All = False,
    as_json: Json = False,
) -> None:
    """Ask a view about one key, or about all: what the ledger knew at an instant, for a date.

    The answer's token makes it again: its first part is --known-at, its second --at.
    """
    own = context.args
    if key is not None and key.startswith("--"):  # the name of an own parameter, where no key was given
        own, key = [key, *own], None
    if (key is None) is not every:
        raise typer.BadParameter("give one key, or --all", param_hint="KEY")
    times = {"known_at": known_at, "at": at}
    sent = {name: value for name, value in times.items() if value is not None} | own_parameters(own)
    carry_out(as_json, lambda _: _one(name, key, sent) if key else _all(name, sent, as_json=as_json))


def _one(name: str, key: str, sent: dict[str, str]) -> Result:
    found = views_named([name])[0]
    question = question_of(found, sent)
    with _opened() as parts:
        require_known(parts.timeline.log, sent)
        require_known_key(parts.timeline.log, found.kind.prefix, key)
        answer = parts.timeline.answer(
            found, key, question.params, known_at=question.known_at, at=question.at
        )
    document = msgspec.to_builtins(answer_body(found, answer))
    return Result(document, (json.dumps(document, ensure_ascii=False, indent=2),))


def _all(name: str, sent: dict[str, str], *, as_json: bool) -> Result:
    found = views_named([name])[0]
    asked = question_of(found, {**found.listed, **sent})
    with _opened() as parts:
        require_known(parts.timeline.log, sent)
        told = everyone(parts.timeline, found, asked.params, known_at=asked.known_at, at=asked.at)
        document = msgspec.to_builtins(population_body(found, told)) if as_json else {}
    return Result(document, () if as_json else shown(found, told))


@contextmanager
def _opened() -> Iterator[Parts]:
    settings = Settings.from_environment()
    with (
        place_of(settings, make=False) as place,
        opened(place, settings, follow=False) as parts,
        told_by("--known-at"),
    ):
        yield parts


__all__ = ["USAGE", "StopError", "view"]
