"""Other policy values from a file, in the form of the book's own: `ledger/policy/terms/*.yaml`.

What a row does not say is as in the published row that it takes over from: the latest of its term, level,
scope and force that starts by its own start, else the nation's.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ledger.events.policy import PolicyRow
from ledger.policy.book import BadTermError, flaws, plain
from ledger.policy.rows import named
from replay.whatif.library import with_rows
from replay.whatif.yaml_read import documents

_TERM = frozenset({"topic", "term", "unit", "kind", "values"})
_OF_THE_TERM = frozenset({"topic", "term", "unit", "kind"})
_ROW = TypeAdapter(PolicyRow)
_FIELDS = frozenset(field.name for field in fields(PolicyRow)) - _OF_THE_TERM


def rows_of(name: str, text: str, published: Iterable[PolicyRow]) -> tuple[PolicyRow, ...]:
    """The rows of a file (YAML, a term a document) beside the published book. Raises BadTermError."""
    held = tuple(published)
    try:
        terms = documents(text)
    except ValueError as error:
        raise BadTermError(name, "file", str(error)) from error
    if not terms:
        raise BadTermError(name, "file", "holds no terms")
    rows = tuple(row for term in terms for row in _rows(name, term, held))
    for where, what in (*flaws(rows), *flaws(with_rows(held, rows))):
        raise BadTermError(name, where, what)
    return rows


def _rows(name: str, term: object, published: tuple[PolicyRow, ...]) -> Iterator[PolicyRow]:
    if not isinstance(term, Mapping) or not isinstance(term.get("values"), list):
        raise BadTermError(name, "file", "must hold term and, as a list, values")
    for field in sorted(set(term) - _TERM, key=str):
        raise BadTermError(name, str(field), "is not a field of the book")
    own = tuple(row for row in published if row.term == term.get("term"))
    if not own:
        raise BadTermError(name, "term", f"no published book has {term.get('term')}")
    for n, value in enumerate(term["values"]):
        yield _row(name, f"{term['term']}: values[{n}]", value, own)


def _row(name: str, where: str, value: object, own: tuple[PolicyRow, ...]) -> PolicyRow:
    if not isinstance(value, Mapping):
        raise BadTermError(name, where, "must be a mapping")
    for field in sorted(set(value) - _FIELDS, key=str):
        raise BadTermError(name, f"{where}.{field}", "is not a field of the book")
    for field in sorted({"value", "valid_from"} - set(value)):
        raise BadTermError(name, f"{where}.{field}", "is missing")
    if isinstance(value["valid_from"], datetime) or not isinstance(value["valid_from"], date):
        raise BadTermError(name, f"{where}.valid_from", "must be a date such as 2024-01-01")
    given = {**value, "value": plain(value["value"])}
    former = _former(given, own)
    whole = {field.name: getattr(former, field.name) for field in fields(PolicyRow)}
    until = {"valid_until": None} if former.valid_from != value["valid_from"] else {}
    try:
        return _ROW.validate_python({**whole, **until, **given})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadTermError(name, f"{where}.{field}", first["msg"]) from error


def _former(given: Mapping[str, Any], own: tuple[PolicyRow, ...]) -> PolicyRow:
    """The published row that a given one takes over from."""
    level, scope = given.get("level", "nation"), given.get("scope", "")
    same = [row for row in own if (row.level, row.scope) == (level, scope)]
    same = [row for row in same if given.get("force", row.force) == row.force]
    begun = [row for row in same if row.valid_from <= given["valid_from"]]
    found = max(begun, key=lambda row: row.valid_from, default=None)
    if found is not None:
        return found
    national = min((row for row in own if row.level == "nation"), key=lambda row: row.valid_from)
    return replace(national, permitted_by="" if level == "nation" else "UNKNOWN")


__all__ = ["named", "rows_of"]
