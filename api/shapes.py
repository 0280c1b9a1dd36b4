"""The form of a command at the door: pydantic reads the frozen dataclass itself, and gives the schema.

Strict means that nothing is converted: "1" is no number, 1.0 no whole number, and a field that the
command does not have is an error. Instants are text with an offset here, although the core takes
microseconds too.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from api.answers import FieldError
from api.body import SAFE_NAME, UNKNOWN_FIELD, parsed_json
from api.problems import INVALID, ProblemError

REF = "#/components/schemas/"
FIELDS_SHOWN_MAX = 50


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}
_SCHEMAS: dict[type[Any], dict[str, Any]] = {}


def adapter(cls: type[Any]) -> TypeAdapter[Any]:
    """The strict reader of a dataclass. The setting is put on the class: pydantic takes none beside it."""
    if cls not in _ADAPTERS:
        with_config(ConfigDict(extra="forbid", strict=True))(cls)
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]


def schema_of(cls: type[Any]) -> dict[str, Any]:
    """The JSON schema of a dataclass, its parts under ``$defs``."""
    if cls not in _SCHEMAS:
        _SCHEMAS[cls] = adapter(cls).json_schema(ref_template=REF + "{model}")
    return _SCHEMAS[cls]


def read_command(cls: type[Any], body: bytes) -> Any:
    """The command in a JSON body. Raises ProblemError, which names fields and never repeats a value."""
    document = parsed_json(body)
    schema = schema_of(cls)
    if numbers := tuple(_numbered_instants(document, schema, schema.get("$defs", {}), ())):
        raise ProblemError(INVALID.about(INVALID.detail, field=numbers[0].field, fields=numbers))
    try:
        return adapter(cls).validate_json(body)
    except ValidationError as error:
        fields = field_errors(error)
        raise ProblemError(INVALID.about(INVALID.detail, field=fields[0].field, fields=fields)) from None


def field_errors(error: ValidationError) -> tuple[FieldError, ...]:
    """What does not fit, by field. Messages say what is wanted; nothing says what was sent."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return tuple(
        FieldError(
            field=_dotted(one["loc"], hide_last=one["type"] in _FOREIGN),
            message=_told(one["type"], one["msg"]),
            code=one["type"],
        )
        for one in found[:FIELDS_SHOWN_MAX]
    )


def _told(code: str, message: str) -> str:
    """The message without the words of the library that found it."""
    return "There is no such field" if code in _FOREIGN else message.removeprefix("Value error, ")


_FOREIGN = {"extra_forbidden", "unexpected_keyword_argument", "invalid_key"}


def _dotted(loc: Iterable[int | str], *, hide_last: bool) -> str:
    """The place of an error; a name the sender chose is shown only if it looks like a slip of the pen."""
    parts = [str(part) for part in loc]
    if hide_last and parts and not SAFE_NAME.fullmatch(parts[-1]):
        parts[-1] = UNKNOWN_FIELD
    return ".".join(parts)


def _numbered_instants(
    value: Any, schema: Mapping[str, Any], parts: Mapping[str, Any], at: tuple[str, ...]
) -> Iterator[FieldError]:
    """Instants that were sent as numbers."""
    schema = parts.get(str(schema.get("$ref", "")).removeprefix(REF), schema)
    if schema.get("format") == "date-time" and isinstance(value, int):
        message = "Write the instant as RFC 3339 text with an offset"
        yield FieldError(field=".".join(at), message=message, code="instant_text")
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _numbered_instants(value, choice, parts, at)
    if isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            yield from _numbered_instants(value.get(name), inner, parts, (*at, name))
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for n, inner in enumerate(value):
            yield from _numbered_instants(inner, schema["items"], parts, (*at, str(n)))
