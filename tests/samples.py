"""One deterministic sample of every event, made from its declaration alone; strategies for the same."""

import dataclasses
import types
import unicodedata
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from ledger.values import INSTANT_MAX, Tag

DAY = date(2025, 3, 30)


def sample(cls: type[Any], seed: str = "") -> Any:
    """An instance whose values follow from the names and types of its fields."""
    hints = get_type_hints(cls, include_extras=True)
    return cls(**{f.name: value_of(hints[f.name], seed + f.name) for f in dataclasses.fields(cls)})


def value_of(hint: Any, name: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        tag = next((extra for extra in inner[1:] if isinstance(extra, Tag)), None)
        return f"{tag.prefix[:2]}-{len(name)}" if tag and inner[0] is str else value_of(inner[0], name)
    if origin is Literal:
        return inner[0]
    if origin in (Union, types.UnionType):
        return value_of(inner[0], name)
    if origin is tuple:
        return tuple(value_of(one, name) for one in inner if one is not Ellipsis)
    return plain(hint, name)


def plain(hint: Any, name: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return sample(hint, name[:1])
    return {str: f"å-{name}".replace("_", "-"), int: 7 + len(name), bool: True, date: DAY}[hint]


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc"), max_codepoint=0x24F), min_size=1, max_size=20)


def events(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Arbitrary instances of an event class, within what the record format can hold."""
    hints = get_type_hints(cls, include_extras=True)
    return st.builds(cls, **{f.name: strategy(hints[f.name]) for f in dataclasses.fields(cls)})


def strategy(hint: Any) -> st.SearchStrategy[Any]:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        tagged = any(isinstance(extra, Tag) for extra in inner[1:])
        return (
            st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
            if tagged and inner[0] is str
            else strategy(inner[0])
        )
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in (Union, types.UnionType):
        return st.one_of(*(strategy(one) for one in inner))
    if origin is tuple and inner[-1] is Ellipsis:
        return st.lists(strategy(inner[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(strategy(one) for one in inner))
    return plain_strategy(hint)


def plain_strategy(hint: Any) -> st.SearchStrategy[Any]:
    if dataclasses.is_dataclass(hint):
        return events(hint)
    return {
        str: TEXT.map(lambda text: unicodedata.normalize("NFC", text)),
        int: st.integers(0, INSTANT_MAX),
        bool: st.booleans(),
        date: st.dates(date(1970, 1, 1), date(2199, 12, 31)),
        type(None): st.none(),
    }[hint]
