"""How a state becomes bytes and comes back: canonical JSON, keys sorted, the same for the same state."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

encoded = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True)
class Shape:
    """A state's way to canonical JSON and back; equal states have equal bytes, and come back equal.

    ``shown`` is what a comparison shows of the bytes: all they say, unless told otherwise. ``oftener`` is how
    many times as often as others a snapshot is due: of a state of which most is read and written as it lies.
    """

    encode: Callable[[Any], bytes]
    restore: Callable[[bytes], Any]
    shown: Callable[[bytes], Any] = msgspec.json.decode
    oftener: int = 1


def plain(state: Any) -> Shape:
    """The shape of a state whose type alone tells how to read it back."""
    return Shape(encoded, msgspec.json.Decoder(state).decode)
