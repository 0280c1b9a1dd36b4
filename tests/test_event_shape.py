"""Events are Structs that answer as dataclasses too: the same fields, defaults, copies and refusals."""

from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace

import msgspec
import pytest

from ledger.events.base import EVENTS
from ledger.events.shape import shaped


class Said:
    """What somebody says."""

    said: str
    times: int = 1
    others: tuple[str, ...] = field(default_factory=tuple)

    @property
    def loudly(self) -> str:
        """In capitals."""
        return self.said.upper()


Slow = dataclass(frozen=True, kw_only=True)(type("Said", (), dict(vars(Said))))
Fast = shaped(Said)


def test_a_shaped_class_is_what_a_dataclass_would_be():
    assert [(f.name, f.default) for f in fields(Fast)] == [(f.name, f.default) for f in fields(Slow)]
    one, other = Fast(said="hej"), Slow(said="hej")
    assert (one.said, one.times, one.others, one.loudly) == (
        other.said,
        other.times,
        other.others,
        other.loudly,
    )
    assert replace(one, times=2) == Fast(said="hej", times=2) != one
    assert hash(one) == hash(Fast(said="hej"))
    assert (Fast.__doc__, Fast.__module__, Fast.__name__) == ("What somebody says.", __name__, "Said")
    order = msgspec.json.Encoder(order="sorted")
    assert order.encode(one) == order.encode(other)
    assert msgspec.json.decode(order.encode(one), type=Fast) == one


def test_it_is_frozen_and_takes_only_names_it_has():
    with pytest.raises((AttributeError, FrozenInstanceError)):
        Fast(said="hej").said = "nej"
    for wrong in ({}, {"said": "hej", "sang": "la"}):
        with pytest.raises(TypeError):
            Fast(**wrong)
    with pytest.raises(TypeError):
        Fast("hej")


def test_every_event_is_one():
    assert all(issubclass(one.cls, msgspec.Struct) and is_dataclass(one.cls) for one in EVENTS.values())
