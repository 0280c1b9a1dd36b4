"""What every declared decision keeps: an example that validates, listed refusals, stated reasons."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

import ledger.decisions  # noqa: F401  registers every decision
from api.problems import ProblemError
from api.shapes import read_command, schema_of
from ledger.decisions.base import EVERY_VERSION, Decision
from ledger.errors import Refusal
from ledger.store.canonical import encoded

LABELS = sorted(EVERY_VERSION)


@pytest.mark.parametrize("label", LABELS)
def test_the_example_is_a_valid_command(label):
    decision = EVERY_VERSION[label]
    made = read_command(decision.command, json.dumps(dict(decision.example)).encode())
    assert type(made) is decision.command


@pytest.mark.parametrize("label", LABELS)
def test_refusals_give_code_clause_titles_and_docstring(label):
    for refusal in EVERY_VERSION[label].raises:
        assert issubclass(refusal, Refusal)
        assert refusal.code != Refusal.code
        assert refusal.clause
        assert refusal.title_sv != Refusal.title_sv
        assert refusal.title_en != Refusal.title_en
        assert refusal.__doc__


def test_a_code_belongs_to_one_reason():
    seen: dict[str, type[Exception]] = {}
    for decision in EVERY_VERSION.values():
        for refusal in decision.raises:
            assert issubclass(refusal, Refusal)
            assert seen.setdefault(refusal.code, refusal) is refusal, refusal.code


def _texts(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where a JSON document has text."""
    if isinstance(value, str):
        yield at
    elif isinstance(value, dict | list):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(inner, (*at, name))


def _said(decision: Decision) -> dict[str, Any]:
    """The example of a command, with every optional text of its own said too."""
    fields = schema_of(decision.command)["properties"]
    optional = {name: "x" for name, shown in fields.items() if shown.get("default") == ""}
    return {**optional, **json.loads(json.dumps(dict(decision.example)))}


def _with(said: dict[str, Any], path: tuple[str | int, ...], text: str) -> bytes:
    body = json.loads(json.dumps(said))
    inner = body
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = text
    return json.dumps(body).encode()


def _refused_at(command: type[Any], body: bytes) -> str | None:
    """The field that a command is refused for by its form; None if it has a form that can be recorded."""
    try:
        encoded(read_command(command, body))
    except ProblemError as error:
        return error.problem.field
    return None


@pytest.mark.parametrize("label", LABELS)
def test_text_has_one_form_and_what_has_none_is_named(label):
    """Å written as two characters is Å; a control character is refused by the name of its field."""
    command, said = EVERY_VERSION[label].command, _said(EVERY_VERSION[label])
    for path in _texts(said):
        assert (_refused_at(command, _with(said, path, "a\u0000b")) or "").startswith(str(path[0])), path
        assert _refused_at(command, _with(said, path, "A\u030a")) != "", path
