"""The header of a record, and the two texts it is written as (docs/format.md).

What ties a record to persons, programs and other records (the links) is a text of its own under a salt of its
own, so that it can be withheld while the rest is shown and everything still verifies.
"""

from typing import Literal

import msgspec

from ledger.errors import Corrupt
from ledger.store.canonical import NotCanonicalError, encoded_struct

TEXT_BYTES_MAX = 2**20


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a record says of its event (docs/format.md has the meaning of each field). None is left out.

    The fields stand in the order in which they are written: what is shown by name, then the links by name.
    """

    agreement: str | None = None
    authority: str | None = None
    calendar: tuple[int, ...] | None = None
    code: str | None = None
    command: str
    decided_at: int
    event_id: str
    groups: tuple[tuple[str, ...], ...] | None = None
    head: int
    ledger: str
    mode: Literal["real", "simulated"]
    n: tuple[int, int]
    order_key: str | None = None
    origin: dict[str, str | int] | None = None
    policy: dict[str, str | tuple[int, ...]] | None = None
    received_at: int
    retention: str | None = None
    rule: str | None = None
    secrecy: str | None = None
    type: str
    tz: str | None = None
    # The links:
    actor: str
    causation: str | None = None
    client: str
    command_id: str
    command_mac: str
    correlation: str | None = None
    mandate: tuple[str, int] | None = None
    tags: tuple[str, ...] = ()


_FIRST_LINK = b',"actor":'  # a quote within a text is escaped, so this stands once
_ACTOR = Header.__struct_fields__.index("actor")
SHOWN, LINKS = Header.__struct_fields__[:_ACTOR], Header.__struct_fields__[_ACTOR:]
_decode = msgspec.json.Decoder(Header).decode


def texts_of(header: Header) -> tuple[bytes, bytes]:
    """The header's two canonical texts: what is shown, and the links. Raises NotCanonicalError."""
    both = encoded_struct(header)
    if len(both) > TEXT_BYTES_MAX:
        raise NotCanonicalError(f"a header longer than {TEXT_BYTES_MAX} bytes")
    cut = both.index(_FIRST_LINK)
    return both[:cut] + b"}", b"{" + both[cut + 1 :]


def joined(shown: bytes, links: bytes) -> bytes:
    """Both texts as one JSON object."""
    return b"".join((shown[:-1], b",", links[1:]))


def header_of(both: bytes) -> Header:
    """The header behind its texts joined. Raises Corrupt."""
    try:
        return _decode(both)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Corrupt(f"a header cannot be read: {error}") from error
