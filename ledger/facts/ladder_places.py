"""What a supplier's ladder rests on in one place, in parts that are decoded only when somebody asks for them.

Most questions are about one place, while a supplier's deviations and measures of every region and year stand
in its ladder. A part says the same whether it was made here or comes from what is kept.
"""

import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar

import msgspec
from msgspec import Raw, Struct, field

from ledger.errors import Corrupt
from ledger.facts.deviations import Deviation
from ledger.facts.ladder_judged import Judged, judged
from ledger.facts.standing import MeasureHeld

T = TypeVar("T")
C = TypeVar("C")
written = msgspec.json.Encoder(order="sorted").encode
"""As it is kept: canonical JSON."""
_packed = msgspec.json.Decoder(bytes).decode


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
            except (msgspec.MsgspecError, ValueError) as error:
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


class Judgeable(Part[Sequence[Judged]], eq=False):
    """What deviations are judged by."""

    decode: ClassVar[Any] = msgspec.json.Decoder(list[Judged]).decode


class Deviations(Named[Deviation], eq=False):
    """The deviations reported in a place; what they are judged by beside them, since most are only judged."""

    beside: Judgeable | None = None
    decode: ClassVar[Any] = msgspec.json.Decoder(dict[str, Deviation]).decode

    @property
    def judged(self) -> Judgeable:
        """What those that are reported are judged by, in the order of their ids, as they are kept."""
        if self.beside is None:
            told = [one for _, one in sorted(self.told.items())]
            self.beside = Judgeable([found for one in told if (found := judged(one))])
        return self.beside


class Measures(Named[MeasureHeld], eq=False):
    """The measures decided for a place."""

    decode: ClassVar[Any] = msgspec.json.Decoder(dict[str, MeasureHeld]).decode


class Days(Part["array[int]"], eq=False):
    """Ordinals of dates, ascending; kept as they lie, four bytes each, since they are only counted."""

    @staticmethod
    def decode(kept: bytes) -> "array[int]":
        """What was kept. Raises msgspec.MsgspecError and ValueError."""
        return _little(array("i", _packed(kept)))

    @property
    def encoded(self) -> Raw:
        """See Part."""
        if not self.kept:
            self.kept = written(_little(self.told[:]).tobytes())
        return Raw(self.kept)


def days(ordinals: Iterable[int]) -> Days:
    """These dates in order."""
    return Days(array("i", sorted(ordinals)))


def _little(ordinals: "array[int]") -> "array[int]":
    """From this machine's order of bytes to the least first, or back."""
    if sys.byteorder == "big":
        ordinals.byteswap()
    return ordinals


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
            self.whole = days((*self.first.told, *self.later))
        return self.whole

    def within(self, after: date, until: date) -> int:
        """How many were concluded after one local date and through another."""
        told = self.days.told
        return bisect_right(told, until.toordinal()) - bisect_right(told, after.toordinal())

    def having(self, on: int) -> "Concluded":
        """The same with one more."""
        if self.whole is not None:
            return Concluded(self.whole, (on,))
        return Concluded(self.first, (*self.later, on))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Concluded) and self.days == other.days

    __hash__ = None  # type: ignore[assignment]


NO_DEVIATIONS, NO_MEASURES, NO_CONTRACTS = Deviations({}), Measures({}), Concluded(days(()))


class AtPlace(Struct, frozen=True, gc=False):
    """Deviations, measures and contracts of one supplier in one place."""

    deviations: Deviations = field(default_factory=lambda: NO_DEVIATIONS)
    measures: Measures = field(default_factory=lambda: NO_MEASURES)
    concluded: Concluded = field(default_factory=lambda: NO_CONTRACTS)
