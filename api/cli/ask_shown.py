"""An answer for people: sentence, values, positions, policy values, what is assumed, token."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from rich.table import Table
from rich.text import Text

from api.answers import QuestionAnswer, TermShown
from api.cli.program import table
from api.policy_words import value_shown
from replay.questions.base import Question

ASSUMED = "ANTAGANDE / ASSUMPTION"
SHOWN_MAX = 24


def answer_shown(question: Question, body: QuestionAnswer) -> Iterator[str | Table]:
    """Everything an answer says, Swedish first."""
    yield f"{question.number}. {question.title_sv}\n   {question.title_en}\n"
    if body.simulated:
        yield "SIMULERAD TID / SIMULATED TIME\n"
    yield f"{body.sentence.sv}\n{body.sentence.en}\n"
    yield _values(msgspec.to_builtins(body.values))
    yield f"\nUnderlag / Evidence: {positions(body.evidence)}"
    if body.terms:
        yield "\nPolicyvärden / Policy values"
        yield terms_shown(body.terms)
    for one in body.assumptions:
        yield f"{ASSUMED}: {one.sv}\n  {one.en}"
    yield f"\nToken: {body.token.text}"
    if body.differs:
        yield f"Avviker från begärd token / Differs from the token asked with: {', '.join(body.differs)}"


def positions(found: Iterable[int]) -> str:
    """Positions as they are cited, the first of many."""
    listed = list(found)
    more = f" … (+{len(listed) - SHOWN_MAX})" if len(listed) > SHOWN_MAX else ""
    return " ".join(f"p{position}" for position in listed[:SHOWN_MAX]) + more


def _values(values: Any) -> Table:
    made = table()
    made.add_column()
    made.add_column(overflow="fold")
    for name, value in _flat(values, ""):
        if not name.endswith("facts"):  # they stand together, as the evidence
            made.add_row(Text(name, "dim"), value)
    return made


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Values by dotted path; a list of plain values on one line."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for number, inner in enumerate(value, 1):
            yield from _flat(inner, f"{name}[{number}]")
    else:
        yield name, _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "ja / yes" if value else "nej / no"
    if value is None or value in ([], {}):
        return "–"
    if not isinstance(value, list):
        return str(value)
    more = f" … (+{len(value) - SHOWN_MAX})" if len(value) > SHOWN_MAX else ""
    return ", ".join(str(one) for one in value[:SHOWN_MAX]) + more


def terms_shown(terms: Iterable[TermShown]) -> Table:
    """Policy values with their scope and source; what gave way to one stands below it."""
    made = table("villkor / term", "värde / value", "gäller / scope", "källa / source")
    made.columns[0].no_wrap = True  # a broken name cannot be searched for
    for term in terms:
        source = Text(ASSUMED, "red") if term.assumed else term.source
        counts = isinstance(term.value, int) and not isinstance(term.value, bool)
        shown = value_shown(term.value) + (f" {term.unit}" if counts else "")
        made.add_row(term.term, shown, term.scope, source)
        for one in term.beside:  # weaker documents, which gave way
            made.add_row("", value_shown(one.value), one.scope, f"{one.force}: {one.source}")
    return made
