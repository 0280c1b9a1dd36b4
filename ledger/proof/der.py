"""Puts the certificates of a time stamp in the order that DER wants, for a parser that reads nothing else.

Their set is not under the signature, and authorities (`openssl ts` among them) send it as it comes. Only a
copy for reading is ordered: what is kept stays as it was sent. Its length does not change, so no other byte
moves.
"""

CERTIFICATES = 0xA0


def with_ordered_certificates(der: bytes) -> bytes:
    """The same answer with its certificates in order; anything that is no answer comes back as it was."""
    try:
        begin, end = _certificates(der)
        return der[:begin] + b"".join(sorted(_children(der, begin, end))) + der[end:]
    except IndexError:
        return der


def _certificates(der: bytes) -> tuple[int, int]:
    """Where they stand: answer, after its status; token, after its type; signed data, after three fields."""
    at = _content(der, 0)
    at = _content(der, _end(der, at))
    at = _content(der, _content(der, _end(der, at)))
    for _ in ("version", "digest algorithms", "content"):
        at = _end(der, at)
    if der[at] != CERTIFICATES:
        raise IndexError("no certificates")
    return _content(der, at), _end(der, at)


def _children(der: bytes, begin: int, end: int) -> list[bytes]:
    found = []
    while begin < end:
        after = _end(der, begin)
        if after > end:
            raise IndexError("an element reaches beyond its set")
        found.append(der[begin:after])
        begin = after
    return found


def _content(der: bytes, at: int) -> int:
    """Where the content of the element begins that stands there."""
    return at + 2 + (der[at + 1] & 0x7F if der[at + 1] & 0x80 else 0)


def _end(der: bytes, at: int) -> int:
    """Where the element ends that stands there."""
    begin = _content(der, at)
    length = int.from_bytes(der[at + 2 : begin]) if begin > at + 2 else der[at + 1]
    if begin + length > len(der):
        raise IndexError("an element reaches beyond the end")
    return begin + length
