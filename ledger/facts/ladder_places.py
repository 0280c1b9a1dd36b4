"""What a supplier's ladder rests on in one place, in parts that are decoded only when somebody asks for them.

Most questions are about one place, while a supplier's deviations and measures of every region and year stand
in its ladder. A part says the same whether it was made here or comes from what is kept.
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from msgspec import Raw, Struct, field

from ledger.errors import Corrupt
from ledger.facts.deviations import Deviation
from ledger.facts.standing import MeasureHeld

T = TypeVar("T")
C = TypeVar("C")
written = msgspec.json.Encoder(order="sorted").encode
"""As it is kept: canonical JSON."""


class Part(Struct, Generic[T], eq=False):
    """What was made, or its canonical JSON; of the two whatever is not there is made when it is asked for."""

    made: T | None = None
    kept: bytes = b""
    decode: ClassVar[Any]

    @property
    def told(self) -> T:
        """What it says. Raises Corrupt."""
        if self.made is None:
            try:
                self.made = self.decode(self.kept)
            except msgspec.MsgspecError as error:
                raise Corrupt(f"a kept part of a ladder cannot be read: {error}") from error
        return self.made

    @property
    def encoded(self) -> Raw:
        """The same as canonical JSON."""
        if not self.kept:
            self.kept = written(self.made)
        return Raw(self.kept)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Part) and self.told == other.told

    __hash__ = None  # type: ignore[assignment]  # like what it stands for


class Named(Part[Mapping[str, C]], Generic[C], eq=False):
    """A part by id."""

    def get(self, name: str, kept: bytes) -> C | None:
        """One of them, also given as it is ``written``: what surely does not hold it is not decoded."""
        if self.made is None and kept not in self.kept:
            return None
        return self.told.get(name)

    def having(self, name: str, one: C) -> "Named[C]":
        """The same with one of them replaced or added."""
        return self.__class__({**self.told, name: one})

    def without(self, name: str) -> "Named[C]":
        """The same without one of them."""
        return self.__class__({key: one for key, one in self.told.items() if key != name})


class Deviations(Named[Deviation], eq=False):
    """The deviations reported in a place."""

    decode: ClassVar[Any] = msgspec.json.Decoder(dict[str, Deviation]).decode


class Measures(Named[MeasureHeld], eq=False):
    """The measures decided for a place."""

    decode: ClassVar[Any] = msgspec.json.Decoder(dict[str, MeasureHeld]).decode


class Days(Part[tuple[int, ...]], eq=False):
    """Ordinals of dates, ascending."""

    decode: ClassVar[Any] = msgspec.json.Decoder(tuple[int, ...]).decode


class Concluded(Struct, eq=False):
    """The local date of each contract of a place as its ordinal: how many lie in a window is two look-ups.

    ``later`` are those that came since ``first`` was put in order; they are when somebody asks.
    """

    first: Days
    later: tuple[int, ...] = ()
    whole: Days | None = None

    @property
    def days(self) -> Days:
        """All of them in order."""
        if not self.later:
            return self.first
        if self.whole is None:
            self.whole = Days(tuple(sorted((*self.first.told, *self.later))))
        return self.whole

    def within(self, after: date, until: date) -> int:
        """How many were concluded after one local date and through another."""
        days = self.days.told
        return bisect_right(days, until.toordinal()) - bisect_right(days, after.toordinal())

    def having(self, on: int) -> "Concluded":
        """The same with one more."""
        if self.whole is not None:
            return Concluded(self.whole, (on,))
        return Concluded(self.first, (*self.later, on))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Concluded) and self.days == other.days

    __hash__ = None  # type: ignore[assignment]


NO_DEVIATIONS, NO_MEASURES, NO_CONTRACTS = Deviations({}), Measures({}), Concluded(Days(()))


class AtPlace(Struct, frozen=True, gc=False):
    """Deviations, measures and contracts of one supplier in one place."""

    deviations: Deviations = field(default_factory=lambda: NO_DEVIATIONS)
    measures: Measures = field(default_factory=lambda: NO_MEASURES)
    concluded: Concluded = field(default_factory=lambda: NO_CONTRACTS)
