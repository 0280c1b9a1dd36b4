"""Canonical JSON: the subset of RFC 8785 in which no two implementations can differ (docs/format.md).

The encoder is msgspec; what it would let through (floats, long integers, control characters, text that is not
NFC) is looked for in its output by a few cheap tests, and only a suspect is walked value by value.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec

INTEGER_MAX = 2**53 - 1

# A number that may be a float or too long, after what a number can stand after: to look for one letter
# at a time takes half as long as for any of three.
_SUSPECT = rb"-?\d++(?:[.eE]|(?<=\d{17})|(?<=9\d{15}))"
_AFTER_COLON, _AFTER_COMMA, _AFTER_BRACKET = (re.compile(c + _SUSPECT).search for c in (b":", b",", rb"\["))
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]").search
# Every harmful escape is found, and of harmless ones an escaped backslash before another letter.
_HARMFUL = re.compile(rb'\\[^nt"\\]').search
# Where no quote is escaped, a quote and a colon end nothing but a key.
_FOREIGN_KEY = re.compile(rb'[\x80-\xff][^"\x80-\xff]*":').search
# What is left of a text when only quotes, colons and foreign letters, each as an x, are.
_FOREIGN = bytes(range(128)) + b"x" * 128
_FAMILIAR = bytes(n for n in range(128) if n not in b'":')
# A float that JSON cannot write: msgspec's JSON has null in its place.
_NOT_FINITE = re.compile(rb"\xcb[\x7f\xff][\xf0-\xff]").search
_PACKED = msgspec.msgpack.Encoder().encode
_ENCODE = msgspec.json.Encoder(order="sorted").encode
_ENCODE_ORDERED = msgspec.json.Encoder(order="deterministic").encode


class NotCanonicalError(ValueError):
    """A value that the record format has no single way to write."""


def encoded(value: Any) -> bytes:
    """The canonical bytes of a value. Raises NotCanonicalError."""
    if isinstance(value, (float, int, str)):
        _walk(value)
    return _checked(value, _ENCODE)


def encoded_struct(value: msgspec.Struct) -> bytes:
    """The same for a Struct whose fields are declared in the order of their names."""
    return _checked(value, _ENCODE_ORDERED)


def _checked(value: Any, encode: Callable[[Any], bytes]) -> bytes:
    try:
        out = encode(value)
        if _has_suspect_number(out) or not _is_plain(out):
            _walk(msgspec.to_builtins(value, str_keys=True))
        elif _unexplained_null(value, out) and _NOT_FINITE(_PACKED(value)):
            json.dumps(msgspec.to_builtins(value, str_keys=True), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise NotCanonicalError(str(error)) from error
    return out


def _has_suspect_number(out: bytes) -> bool:
    return (_AFTER_COLON(out) or _AFTER_COMMA(out) or _AFTER_BRACKET(out)) is not None


def _is_plain(out: bytes) -> bool:
    """Whether all text is NFC without control characters, and every key ASCII; False where it is not clear.

    Quotes, and what stands between texts, combine with nothing: all is NFC exactly where each text is.
    """
    if b"\\" in out and _HARMFUL(out):
        return False
    if out.isascii():
        return True
    return not _has_foreign_key(_without_quotes(out)) and _is_nfc(out.decode())


def _without_quotes(out: bytes) -> bytes:
    """The text without its escaped quotes, if it has any."""
    return out.replace(rb"\\", b"_").replace(rb"\"", b"_") if rb"\"" in out else out


def _has_foreign_key(out: bytes) -> bool:
    left = out.translate(_FOREIGN, _FAMILIAR)
    return (b'x":' in left or b"x:" in left) and _FOREIGN_KEY(out) is not None


def _is_nfc(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return unicodedata.is_normalized("NFC", text)
    return True  # none of these letters combines with another


def _unexplained_null(value: Any, out: bytes) -> bool:
    """Whether there are more nulls than the value's own fields explain: msgspec writes a NaN as null."""
    nulls = out.count(b"null")
    return nulls > 0 and nulls != _fields(value).count(None)


def _fields(value: Any) -> Sequence[Any]:
    return list(value.values()) if isinstance(value, dict) else _reader(value.__class__)(value)


@cache
def _reader(cls: type[Any]) -> Callable[[Any], Sequence[Any]]:
    names = [field.name for field in fields(cls)] if is_dataclass(cls) else []
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: [getattr(value, name) for name in names]


def _walk(value: Any) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, float):
        raise NotCanonicalError("a floating-point number")
    elif isinstance(value, int):
        _check_integer(value)
    elif isinstance(value, dict):
        _check_keys(value)
        _walk(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            _walk(item)


def _check_text(text: str) -> None:
    if _CONTROL(text):
        raise NotCanonicalError("a control character other than line feed and tab")
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        raise NotCanonicalError("text that is not in NFC")


def _check_integer(number: int) -> None:
    if abs(number) > INTEGER_MAX:
        raise NotCanonicalError("an integer beyond 2^53 - 1")


def _check_keys(values: dict[Any, Any]) -> None:
    for key in values:
        if not key.isascii():
            raise NotCanonicalError("an object key that is not ASCII")
        _check_text(key)
