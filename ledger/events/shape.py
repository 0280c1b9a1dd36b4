"""What events and their parts are made of: msgspec Structs that answer as dataclasses too.

A frozen dataclass takes ten times as long to make as a Struct, and longer to read and to write. Whoever asks
for ``dataclasses.fields`` or ``dataclasses.replace`` gets the same answers as before.
"""

from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, TypeVar, cast, dataclass_transform, get_type_hints

import msgspec

T = TypeVar("T")
_LEFT = frozenset({"__dict__", "__weakref__", "__annotations__", "__module__"})


@dataclass_transform(frozen_default=True, kw_only_default=True)
def shaped(plain: type[T]) -> type[T]:
    """Make a class frozen, slotted, keyword-only. Not for parts of a command: the door reads dataclasses."""
    own = {name: value for name, value in vars(plain).items() if name not in _LEFT}
    checked = dataclass(frozen=True, kw_only=True)(plain)
    hints = get_type_hints(plain, include_extras=True)
    declared = [(one.name, hints[one.name], *_default(one)) for one in _fields(checked)]
    names = {one[0] for one in declared}
    made = msgspec.defstruct(
        plain.__name__, declared, namespace={n: v for n, v in own.items() if n not in names},
        module=plain.__module__, frozen=True, kw_only=True, gc=False,
    )  # fmt: skip
    made.__dataclass_fields__ = checked.__dataclass_fields__  # type: ignore[attr-defined]
    return cast("type[T]", made)


def _fields(cls: Any) -> tuple[Field[Any], ...]:
    return fields(cls)


def _default(one: Field[Any]) -> tuple[Any, ...]:
    if one.default_factory is not MISSING:
        return (msgspec.field(default_factory=one.default_factory),)
    return () if one.default is MISSING else (one.default,)
