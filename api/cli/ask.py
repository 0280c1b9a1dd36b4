"""`liggare ask`: a question of a dispute, answered in a sentence, with everything behind it."""

from typing import Annotated

import msgspec
import typer

from api.answers import QuestionList
from api.ask import answered, list_body
from api.cli.ask_shown import answer_shown
from api.cli.moments import told_by
from api.cli.nearest import no_such
from api.cli.parameters import PARAMETERS, own_parameters
from api.cli.program import CODES, FINE, PROGRAM, USAGE, Json, Result, StopError, carry_out, example, table
from api.cli.view import At, KnownAt
from api.opening import opened
from api.place import place_of
from api.settings import Settings
from replay.questions.base import QUESTIONS, Question, by_number

Name = Annotated[str | None, typer.Argument(help="The question, for example continuity-at-award.")]
TokenOf = Annotated[
    str | None, typer.Option("--token", help="Repeat the answer of this token, instead of the two times.")
]
Listed = Annotated[
    bool, typer.Option("--list", help="List the questions and what they take; needs no ledger.")
]


@PROGRAM.command(
    "ask",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog=example(
        "liggare ask --list", "liggare ask continuity-at-award --order o-0229",
        "liggare ask continuity-at-award --order o-0229 --known-at p18200 --json",
    ) + "\n\n" + PARAMETERS + "\n\n" + CODES,
)  # fmt: skip
def ask(
    context: typer.Context,
    name: Name = None,
    known_at: KnownAt = None,
    at: At = None,
    token: TokenOf = None,
    listed: Listed = False,
    as_json: Json = False,
) -> None:
    """Ask one of the twenty questions of a dispute: what the ledger knew at an instant, for a date.

    The answer is one sentence with its values, the positions behind it, the policy values with their source,
    what is assumed, and a token that makes the same answer again.
    """
    own = own_parameters(context.args)
    times = {"known_at": known_at, "at": at, "token": token}
    sent = {key: value for key, value in times.items() if value is not None} | own
    carry_out(as_json, lambda _: _list() if listed else _asked(name, sent))


def _asked(name: str | None, sent: dict[str, str]) -> Result:
    question = _named(name)
    settings = Settings.from_environment()
    with (
        place_of(settings, make=False) as place,
        opened(place, settings, follow=False) as parts,
        told_by("--token" if "token" in sent else "--known-at"),
    ):
        body = answered(parts.timeline, question, sent)
    return Result(msgspec.to_builtins(body), tuple(answer_shown(question, body)))


def _named(name: str | None) -> Question:
    found = QUESTIONS.get(name or "")
    if found is None:
        if name:
            raise StopError(no_such("question", name, QUESTIONS), USAGE)
        raise StopError(f"name a question; there are: {', '.join(one.name for one in by_number())}", USAGE)
    return found


def _list() -> Result:
    body: QuestionList = list_body(simulated=False)
    shown = table("nr", "fråga / question", "parametrar / parameters")
    for one in body.questions:
        taken = ", ".join(p.name if p.required else f"[{p.name}]" for p in one.params)
        shown.add_row(str(one.number), f"{one.name}\n{one.title.sv}\n{one.title.en}", taken)
    return Result({"questions": msgspec.to_builtins(body)["questions"]}, (shown,), FINE)
