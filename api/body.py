"""Reads what was sent, with limits on everything: bytes, seconds, depth; and JSON that only one reading fits.

Duplicate keys, NaN and lone surrogates are refused: two parsers would disagree on them, and what a ledger
records has one meaning.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, NoReturn

from starlette.requests import ClientDisconnect, Request

from api.problems import HEADER, MALFORMED, MEDIA, TOO_LARGE, TOO_SLOW, ProblemError
from ledger.values import INSTANT_MAX

JSON_BYTES_MAX = 1024 * 1024
FILE_BYTES_MAX = 8 * 1024 * 1024
READ_SECONDS_MAX = 15.0
DEPTH_MAX = 32
JSON_TYPE = "application/json"
SAFE_NAME = re.compile(r"[a-z][a-z_]{0,39}")
UNKNOWN_FIELD = "(unknown field)"
CSV_TYPE = "text/csv"


def require_media(request: Request, wanted: str) -> None:
    """Raise ProblemError unless the body has this media type, is in UTF-8, and is not encoded."""
    sent, _, parameters = request.headers.get("content-type", "").partition(";")
    if sent.strip().lower() != wanted:
        raise ProblemError(MEDIA.about(f"Send {wanted}."))
    charset = parameters.strip().lower().replace('"', "")
    if wanted == JSON_TYPE and charset not in ("", "charset=utf-8"):
        raise ProblemError(MEDIA.about("JSON is sent in UTF-8."))
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise ProblemError(MEDIA.about("Send the body without a content encoding."))


async def read_body(request: Request, bytes_max: int) -> bytes:
    """The whole body. Raises ProblemError when it is too long, too slow or cut short."""
    announced = request.headers.get("content-length", "0")
    if not (announced.isascii() and announced.isdigit() and len(announced) < 20):
        raise ProblemError(HEADER.about("Content-Length is a whole number.", field="Content-Length"))
    if int(announced) > bytes_max:
        raise _too_large(bytes_max)
    try:
        async with asyncio.timeout(READ_SECONDS_MAX):
            return await _collected(request, bytes_max)
    except TimeoutError:
        raise ProblemError(TOO_SLOW) from None
    except ClientDisconnect:
        raise ProblemError(MALFORMED.about("The body was cut short.")) from None


def parsed_json(body: bytes) -> Any:
    """The JSON in a body. Raises ProblemError for anything that two parsers could read differently."""
    try:
        text = body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise ProblemError(MALFORMED.about("The body is not UTF-8.")) from None
    except RecursionError:
        raise _too_deep() from None
    except _RepeatedError as error:
        raise _unread("An object has the same key twice.", [error.key]) from None
    except ValueError as error:
        raise ProblemError(MALFORMED.about(_where(error))) from None
    return _checked(value)


def dotted(parts: Iterable[str | int]) -> str:
    """The place of a value; a name the sender chose is shown only if it looks like a slip of the pen."""
    return ".".join(map(_shown, parts))


def repeated(pairs: Iterable[tuple[str, Any]]) -> str:
    """The name that comes most often among pairs."""
    return Counter(name for name, _ in pairs).most_common(1)[0][0]


async def _collected(request: Request, bytes_max: int) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > bytes_max:
            raise _too_large(bytes_max)
        parts.append(part)
    return b"".join(parts)


def _too_large(bytes_max: int) -> ProblemError:
    return ProblemError(TOO_LARGE.about(f"The body may have {bytes_max} bytes."))


def _shown(part: str | int) -> str:
    return str(part) if isinstance(part, int) or SAFE_NAME.fullmatch(part) else UNKNOWN_FIELD


def _too_deep() -> ProblemError:
    return ProblemError(MALFORMED.about("The body is nested too deeply."))


def _unread(told: str, at: Iterable[str | int]) -> ProblemError:
    return ProblemError(MALFORMED.about(told, field=dotted(at)))


class _RepeatedError(ValueError):
    """An object has this key twice."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedError(repeated(pairs))
    return found


def _no_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON.")


def _checked(value: Any) -> Any:
    try:
        _check(value, 0)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise _unread(str(error), _place(value)) from None
    return value


def _place(value: Any, at: tuple[str | int, ...] = ()) -> tuple[str | int, ...]:
    """Where the first thing lies that is not as it should be."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        try:
            _check([name, one], 0)
        except RecursionError:
            continue
        except ValueError:
            return _place(one, (*at, name))
    return at


def _check(value: Any, depth: int) -> None:
    """What JSON allows and the record format does not (docs/format.md)."""
    if depth > DEPTH_MAX:
        raise RecursionError
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1)
    elif isinstance(value, str) and any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise ValueError("A text has a lone surrogate.")
    elif isinstance(value, int) and abs(value) > INSTANT_MAX:
        raise ValueError("A number has more than 53 bits.")


def _where(error: ValueError) -> str:
    """What is wrong and where, without a character of what was sent."""
    if isinstance(error, json.JSONDecodeError):
        return f"The body is not well-formed JSON: see line {error.lineno}, column {error.colno}."
    message = str(error)
    return message if message.endswith(".") and len(message) < 60 else MALFORMED.detail
