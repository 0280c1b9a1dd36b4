"""`liggare explain`: what stands behind one answer, from its token and what was asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import msgspec
import typer
from rich.table import Table

from api.ask import answer_body as question_body
from api.ask import term_shown
from api.cli.ask_shown import positions, terms_shown
from api.cli.layout import both, paragraph
from api.cli.moments import told_by
from api.cli.nearest import no_such
from api.cli.parameters import own_parameters
from api.cli.program import CODES, PROGRAM, USAGE, Json, Result, StopError, carry_out, example, table
from api.opening import opened
from api.place import place_of
from api.questions import params_of
from api.settings import Settings
from api.views import answer_body as view_body
from ledger.values import instant_text
from projections.base import VIEWS
from projections.code import code_version
from replay.explain import Explained, RecordBehind, explain_question, explain_view
from replay.questions.base import QUESTIONS, local_text
from replay.timeline import Timeline
from replay.token import BadTokenError, Token

SHOWN_MAX = 30
TokenOf = Annotated[str, typer.Argument(help="The token of the answer.")]
Name = Annotated[
    str, typer.Argument(help="The view or the question that was asked, for example order-board.")
]
Key = Annotated[str | None, typer.Argument(help="The id that a view is kept by; a question has none.")]


@PROGRAM.command(
    "explain",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog=example(
        "liggare explain TOKEN order-board o-0229",
        "liggare explain TOKEN continuity-streaks k-bee1442abaf009df --agreement hyr-2024",
        "liggare explain TOKEN continuity-at-award --order o-0229 --json",
    ) + "\n\nWhat else was asked are options of the same name, as for ask and view.\n\n" + CODES,
)  # fmt: skip
def explain(
    context: typer.Context, token: TokenOf, name: Name, key: Key = None, as_json: Json = False
) -> None:
    """Explain one answer: the records, facts, rules, clauses, policy values and code behind it.

    The answer is made again from its token. Where the code or the policy is another than the token's, that is
    said first, since the content may then be another too. Of what is sealed nothing is shown. In a list every
    answer has a token of its own: that one is explained, not the list's. So has either side of a diff.
    """
    words = list(context.args)
    if key is not None and key.startswith("--"):  # a question has no key: this is its first option
        words, key = [key, *words], None
    own = own_parameters(words)
    carry_out(as_json, lambda _: _explain(token, name, key, own))


def _explain(text: str, name: str, key: str | None, own: Mapping[str, str]) -> Result:
    try:
        token = Token.parse(text)
    except BadTokenError as error:
        raise StopError(f"TOKEN: {error}", USAGE) from error
    if name not in VIEWS and name not in QUESTIONS:
        raise StopError(no_such("view or question", name, (*VIEWS, *QUESTIONS)), USAGE)
    if (name in VIEWS) != (key is not None):
        raise StopError("a view is asked about a key, a question about none", USAGE)
    settings = Settings.from_environment()
    with (
        place_of(settings, make=False) as place,
        opened(place, settings, follow=False) as parts,
        told_by("TOKEN"),
    ):
        return explained(parts.timeline, token, name, key, own)


def explained(timeline: Timeline, token: Token, name: str, key: str | None, own: Mapping[str, str]) -> Result:
    """The explanation of an answer as JSON and for people. Raises ProblemError, UnanswerableError."""
    if key is not None:
        view = VIEWS[name]
        found = explain_view(timeline, view, key, params_of(view.params, dict(own)), token)
        answer: Any = msgspec.to_builtins(view_body(view, found.answer))  # type: ignore[arg-type]
    else:
        question = QUESTIONS[name]
        found = explain_question(timeline, question, params_of(question.params, dict(own)), token)
        answer = msgspec.to_builtins(question_body(question, found.answer, token))  # type: ignore[arg-type]
    return Result(_document(found, token, answer), tuple(_shown(found, token, name, answer)))


def _document(found: Explained, token: Token, answer: Any) -> dict[str, Any]:
    return {
        "token": str(token),
        "differs": list(found.differs),
        "answer": answer,
        "facts": [asdict(fact) for fact in found.facts],
        "records": [_record(record) for record in found.records],
        "rules": [asdict(rule) for rule in found.rules],
        "terms": [msgspec.to_builtins(term_shown(term)) for term in found.terms],
        "code": {"version": code_version(), **asdict(found.code)},
    }


def _record(record: RecordBehind) -> dict[str, Any]:
    header = record.header
    return {
        "position": record.position, "type": header.type, "says": record.says, "leaf": record.leaf,
        "recorded_at": instant_text(record.recorded_at), "received_at": instant_text(header.received_at),
        "decided_at": instant_text(header.decided_at), "actor": header.actor,
        "mandate": header.mandate[0] if header.mandate else None, "rule": header.rule, "head": header.head,
        "origin": header.origin, "policy": header.policy,
    }  # fmt: skip


def _shown(found: Explained, token: Token, name: str, answer: Any) -> Iterator[str | Table]:
    if found.differs:
        differs = ", ".join(found.differs)
        yield paragraph(f"ETT ANNAT SVAR / ANOTHER ANSWER: made again, the token differs in {differs}")
    yield paragraph(f"{name}: som känt vid / as known at p{token.position}, för / for {token.on}")
    yield f"Digest: {answer['digest']}"
    if "sentence" in answer:
        yield from both(answer["sentence"]["sv"], answer["sentence"]["en"])
    yield ""
    yield paragraph(f"Kod / Code: {code_version()}, {found.code.module}.{found.code.function}")
    yield paragraph(found.code.about, 2)
    yield paragraph(found.code.says, 2)
    yield "\nFakta / Facts"
    yield _facts(found)
    yield "\nPoster / Records"
    yield _records(found.records)
    yield "\nRegler / Rules"
    for rule in found.rules:
        says = rule.says if rule.kept else "finns inte i denna kod / not kept in this code"
        yield paragraph(f"{rule.rule}: {says}")
        yield from (paragraph(clause, 4) for clause in rule.clauses)
    if found.terms:
        yield "\nPolicyvärden / Policy values"
        yield terms_shown([term_shown(term) for term in found.terms])


def _facts(found: Explained) -> Table:
    made = table("fakta / fact", "nyckel / key", "händelser / events", "från / first", "till / last")
    for fact in found.facts[:SHOWN_MAX]:
        ends = [positions([end]) if end else "" for end in (fact.first, fact.last)]
        made.add_row(fact.kind, fact.key, str(fact.events), *ends)
    return _cut(made, found.facts)


def _records(records: Sequence[RecordBehind]) -> Table:
    made = table("post / record", "typ / type\nregel / rule", "antecknad / recorded", "av / by")
    made.columns[0].no_wrap = made.columns[1].no_wrap = True
    for record in records[:SHOWN_MAX]:
        header, at = record.header, local_text(record.recorded_at)
        said = "\n".join(filter(None, (header.type, header.rule)))
        made.add_row(positions([record.position]), said, at, header.actor)
    return _cut(made, records)


def _cut(made: Table, rows: Sequence[Any]) -> Table:
    if len(rows) > SHOWN_MAX:
        made.add_row(f"… (+{len(rows) - SHOWN_MAX})")
    return made
