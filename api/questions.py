"""The questions that views are asked: query parameters, each once, each in its form, none unknown."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from api.answers import FieldError
from api.body import dotted, repeated
from api.problems import PARAMETER, ProblemError
from api.shapes import field_errors
from ledger.values import LocalDate
from projections.base import View
from replay.known import BadKnownAtError, KnownAt, parse_known_at
from replay.lists import LIMIT_MAX
from replay.token import BadTokenError, Token

LIMIT_DEFAULT = 20
PAGING = ("limit", "offset")


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """What was asked of a view, beside the key."""

    params: Any
    known_at: KnownAt | None
    at: date | None
    limit: int
    offset: int


def asked_of(
    asked: type[Any], sent: Mapping[str, str], paging: tuple[str, ...] = ()
) -> tuple[Question, Token | None]:
    """A question of a dispute, or of a list, in a query string, and the token it is to repeat, if any.

    A token says both times, so that neither stands beside it. Raises ProblemError, KnownAtError.
    """
    rest = dict(sent)
    given = rest.pop("token", None)
    question = _question(asked, rest, ("known_at", "at", "token"), paging)
    if given is None:
        return question, None
    if question.known_at is not None or question.at is not None:
        both = "A token says both times; give one or the other"
        raise _wrong(FieldError(field="token", message=both, code="parameter"))
    try:
        return question, Token.parse(given)
    except BadTokenError as error:
        raise _wrong(FieldError(field="token", message=str(error), code="parameter")) from None


def question_of(view: View, sent: Mapping[str, str]) -> Question:
    """The question about one key in a query string. Raises ProblemError, KnownAtError."""
    return _question(view.params, sent, ("known_at", "at"), ())


def list_of(view: View, sent: Mapping[str, str]) -> tuple[Question, Token | None]:
    """The question about a page in a query string, and the token of the list it belongs to, if any.

    Raises ProblemError, KnownAtError.
    """
    return asked_of(view.params, {**view.listed, **sent}, PAGING)


def _question(
    cls: type[Any], sent: Mapping[str, str], times: tuple[str, ...], paging: tuple[str, ...]
) -> Question:
    own = {field.name for field in dataclasses.fields(cls)}
    rest = {name: value for name, value in sent.items() if name not in own}
    known = (*times, *paging, *sorted(own))
    if strange := sorted(rest.keys() - known):
        told = f"{strange[0]} is not known; these are: {', '.join(known)}."
        raise ProblemError(PARAMETER.about(told, field=strange[0], known=known))
    params = params_of(cls, {name: value for name, value in sent.items() if name in own})
    known_at = _known_at(rest.pop("known_at", None))
    at = _date(rest.pop("at", None))
    turns = {name: rest.pop(name) for name in paging if name in rest}
    limit = _number("limit", turns.get("limit", str(LIMIT_DEFAULT)), 1, LIMIT_MAX)
    offset = _number("offset", turns.get("offset", "0"), 0, 2**31)
    return Question(params, known_at, at, limit, offset)


def dumped(cls: type[Any], value: Any) -> Any:
    """A value of the core as JSON types, by its own annotations."""
    return reading_adapter(cls).dump_python(value, mode="json")


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}
_LOCAL_DATE: TypeAdapter[date] = TypeAdapter(LocalDate)


def reading_adapter(cls: type[Any]) -> TypeAdapter[Any]:
    """The writer of a reading, and the reader of parameters."""
    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]


def single(request: Request) -> dict[str, str]:
    """The query's parameters, each once."""
    pairs = request.query_params.multi_items()
    sent = dict(pairs)
    if len(pairs) != len(sent):
        twice = dotted([repeated(pairs)])
        raise ProblemError(PARAMETER.about(f"{twice} is given more than once.", field=twice))
    return sent


def params_of(cls: type[Any], sent: Mapping[str, str]) -> Any:
    """Parameters in the form of a dataclass. Raises ProblemError."""
    try:
        return reading_adapter(cls).validate_strings(sent, strict=True)
    except ValidationError as error:
        raise _wrong(*field_errors(error)) from None


def _known_at(text: str | None) -> KnownAt | None:
    try:
        return None if text is None else parse_known_at(text)
    except (BadKnownAtError, ValueError):
        hint = "; in an address + is written %2B" if text and " " in text else ""
        wanted = f"an instant with an offset, or a position such as p120{hint}"
        raise _wrong(_expected("known_at", wanted)) from None


def _date(text: str | None) -> date | None:
    try:
        return None if text is None else _LOCAL_DATE.validate_strings(text, strict=True)
    except ValidationError:
        raise _wrong(_expected("at", "a date such as 2026-03-01")) from None


def _number(name: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12 and least <= int(text) <= most):
        raise _wrong(_expected(name, f"a whole number from {least} to {most}"))
    return int(text)


def _expected(name: str, wanted: str) -> FieldError:
    return FieldError(field=name, message=f"Expected {wanted}", code="parameter")


def _wrong(*fields: FieldError) -> ProblemError:
    told = "; ".join(": ".join(filter(None, (one.field, one.message))) for one in fields)
    return ProblemError(PARAMETER.about(f"{told}.", field=fields[0].field, fields=fields))
