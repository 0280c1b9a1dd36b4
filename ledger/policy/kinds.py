"""What kind of value a term has, so that nothing is published that no rule could understand (domain 5)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ledger.events.policy import PlainValue, PolicyRow, ValueKind

_OPTIONS = {"many", "empty"}


def kind_of(written: object) -> ValueKind:
    """The kind as a term's file writes it, such as ``{whole: [1, 250], many: true}``. Raises ValueError."""
    named = set(written) - _OPTIONS if isinstance(written, Mapping) else set()
    if not isinstance(written, Mapping) or len(named) != 1:
        raise ValueError(
            "is a mapping that names one of whole, words, truth, table, and many or empty beside it"
        )
    (name,) = named
    if name not in _BOUNDS:
        raise ValueError(f"{name} is none of whole, words, truth, table")
    options = {option: written[option] for option in sorted(_OPTIONS & set(written))}
    if any(not isinstance(value, bool) for value in options.values()):
        raise ValueError("many and empty are true or false")
    return ValueKind(kind=name, **_BOUNDS[name](written[name]), **options)


def misfits(rows: Iterable[PolicyRow]) -> Iterable[tuple[PolicyRow, str]]:
    """Rows whose value is not of their kind, each with what it should be."""
    for row in rows:
        if not fits(row.kind, row.value):
            yield row, f"must be {told(row.kind)}"


def fits(kind: ValueKind, value: PlainValue) -> bool:
    """Whether a value is of this kind."""
    return _FITS[kind.kind](kind, value)


def told(kind: ValueKind) -> str:
    """The kind in words."""
    whole, words = f"from {kind.least} to {kind.most}", ", ".join(kind.allowed) or "any"
    one, many = {
        "whole": (f"a whole number {whole}", f"a list of whole numbers {whole}"),
        "words": (f"one of the words {words}", f"a list of words without repeats, of {words}"),
        "truth": ("yes or no", "yes or no"),
        "table": (f"a table in order of text, of whole numbers {whole}",) * 2,
    }[kind.kind]
    return many if kind.many else one


def _bounds(written: object) -> dict[str, Any]:
    whole = isinstance(written, list) and all(_is_whole(number) for number in written)
    if not isinstance(written, list) or not whole or len(written) != len(("least", "most")):
        raise ValueError("needs its least and its most, two whole numbers")
    least, most = written
    if least > most:
        raise ValueError("has a least above its most")
    return {"least": least, "most": most}


def _allowed(written: object) -> dict[str, Any]:
    if written == "any":
        return {}
    if not isinstance(written, list) or not written or not all(isinstance(word, str) for word in written):
        raise ValueError("names the words that are allowed, or any")
    return {"allowed": tuple(written)}


def _nothing(written: object) -> dict[str, Any]:
    if written is not True:
        raise ValueError("is written as true")
    return {}


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _within(kind: ValueKind, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and kind.least <= value <= kind.most


def _whole_fits(kind: ValueKind, value: PlainValue) -> bool:
    if not kind.many:
        return _within(kind, value)
    return isinstance(value, tuple) and _enough(kind, value) and all(_within(kind, one) for one in value)


def _words_fit(kind: ValueKind, value: PlainValue) -> bool:
    words = value if kind.many else (value,)
    if not isinstance(words, tuple) or not all(isinstance(word, str) and word for word in words):
        return False
    known = not kind.allowed or set(words) <= set(kind.allowed)
    return known and len(set(words)) == len(words) and _enough(kind, words)


def _table_fits(kind: ValueKind, value: PlainValue) -> bool:
    if not isinstance(value, tuple) or not _enough(kind, value):
        return False
    pairs = [pair for pair in value if isinstance(pair, tuple)]
    texts = [text for text, _ in pairs]
    sound = all(text and _within(kind, number) for text, number in pairs)
    return sound and len(pairs) == len(value) and texts == sorted(set(texts))


def _enough(kind: ValueKind, value: tuple[object, ...]) -> bool:
    return kind.empty or bool(value)


_BOUNDS: Mapping[str, Callable[[object], dict[str, Any]]] = {
    "whole": _bounds, "table": _bounds, "words": _allowed, "truth": _nothing,
}  # fmt: skip
_FITS: Mapping[str, Callable[[ValueKind, PlainValue], bool]] = {
    "whole": _whole_fits, "words": _words_fit, "table": _table_fits,
    "truth": lambda _, value: isinstance(value, bool),
}  # fmt: skip
