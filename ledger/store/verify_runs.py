"""Headers in a row that differ in nothing but the event's id, its number and its tags: read once.

Nine events of ten continue a command, mostly with one more of the same type. Such a header is not decoded but
made from the first one: where that gives the same bytes, it says the same. What differs otherwise is decoded.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec
from msgspec.structs import replace

from ledger.errors import Corrupt
from ledger.store.codec import SALT_BYTES
from ledger.store.verify_headers import Heading, Texts, heading

_ID, _ID_BYTES, _OF_AN_ID = b'"event_id":"', 36, b"0123456789abcdef-"
_N, _TAGS = b'"n":[', b'"tags":['
_OTHER_ID = b"0" * _ID_BYTES
_NUMBERS = [b"%d" % number for number in range(4096)]  # of longer commands, what comes beyond is decoded
_tag_lists = msgspec.json.Decoder(list[tuple[str, ...]]).decode


class Run(msgspec.Struct, frozen=True, gc=False):
    """The first of some headers in a row, as it was read, and how many; their numbers rise by one."""

    first: Heading
    number: int

    def last(self) -> Heading:
        """What the last of them says, but for its tags."""
        if self.number == 1:
            return self.first
        said, tied = self.first
        return replace(said, n=(said.n[0] + self.number - 1, said.n[1])), tied


Tags = list[tuple[str, ...]]


class _Pattern(msgspec.Struct, frozen=True, gc=False):
    """What stands around an event's id and its number, and before its tags, in the texts of one command."""

    before: bytes
    between: bytes
    after: bytes
    links: bytes

    def parts(self, texts: Texts, at: int, n: tuple[int, int]) -> Texts:
        """Ids and tags, as they are written, of those headers from a place on that follow event k of n."""
        before, between, after, before_tags = self.before, self.between, self.after, self.links
        start, end, cut = len(before), len(before) + _ID_BYTES, SALT_BYTES + len(before_tags)
        following = islice(texts[0], at, None), islice(texts[1], at, None)
        ids, tags = [], []
        for number, shown, salted in zip(_NUMBERS[n[0] + 1 : n[1] + 1], *following, strict=False):
            event_id = shown[start:end]
            if shown != b"".join((before, event_id, between, number, after)):
                break
            if not salted.startswith(before_tags, SALT_BYTES):
                break
            ids.append(event_id)
            tags.append(salted[cut:])
        return ids, tags

    def fits(self, first: Heading) -> bool:
        """Whether the places are the ones: another id changes nothing, another number and tag just these."""
        said, tied = first
        of = said.n[1]
        shown = b"".join((self.before, _OTHER_ID, self.between, b"%d" % of, self.after))
        try:
            read = heading(shown, bytes(SALT_BYTES) + self.links + b'"-"]}')
        except Corrupt:
            return False
        return read == (replace(said, n=(of, of)), replace(tied, tags=("-",)))


def runs(texts: Texts) -> tuple[list[Run], Tags]:
    """What headers in a row say, and the tags of each. Raises Corrupt."""
    alike = _alike(texts)
    if alike is None:
        found = [Run(first, 1) for first in map(heading, *texts)]
        return found, [run.first[1].tags for run in found]
    return alike


def _alike(texts: Texts) -> tuple[list[Run], Tags] | None:
    """The same; None where an id or tags are not written as they should be, and each must be decoded."""
    found: list[Run] = []
    ids: list[bytes] = []
    written: list[bytes] = []
    at, end = 0, len(texts[0])
    while at < end:
        first, number = heading(texts[0][at], texts[1][at]), 1
        if 1 <= first[0].n[0] < first[0].n[1]:
            more_ids, more_tags = _following(texts, at, first)
            ids += more_ids
            written += more_tags
            number += len(more_ids)
        found.append(Run(first, number))
        at += number
    lists = _parted(ids, written)
    return None if lists is None else (found, _in_order(found, lists))


def _in_order(found: list[Run], lists: Iterator[tuple[str, ...]]) -> Tags:
    tags: Tags = []
    for run in found:
        tags.append(run.first[1].tags)
        if run.number > 1:
            tags += islice(lists, run.number - 1)
    return tags


def _following(texts: Texts, at: int, first: Heading) -> Texts:
    """Ids and tags, as they are written, of those headers after one that are like it."""
    pattern = _pattern(texts[0][at], texts[1][at], first[0].n[0])
    if pattern is None:
        return [], []
    alike = pattern.parts(texts, at + 1, first[0].n)
    return alike if alike[0] and pattern.fits(first) else ([], [])


def _pattern(shown: bytes, salted: bytes, k: int) -> _Pattern | None:
    """What stands around the places in the texts of event k of a command; None where they are not found."""
    links = salted[SALT_BYTES:]
    number = b"%d" % k
    start, at, cut = shown.find(_ID), shown.find(_N + number + b","), links.find(_TAGS)
    if min(start, at, cut) < 0:
        return None
    start, at, cut = start + len(_ID), at + len(_N), cut + len(_TAGS)
    return _Pattern(shown[:start], shown[start + _ID_BYTES : at], shown[at + len(number) :], links[:cut])


def _parted(ids: list[bytes], tags: list[bytes]) -> Iterator[tuple[str, ...]] | None:
    """The tags of each header; None where ids are none, or a text does not go on with just tags.

    A line feed stands in no string, so between two texts a list ends and another begins; a text that holds
    more than tags makes one list more, or cannot be read.
    """
    if b"".join(ids).translate(None, _OF_AN_ID):
        return None
    joined = b"[[" + b"\n".join([*tags, b""])
    if not joined.count(b"\n") == joined.count(b"]}\n") == len(tags):
        return None
    try:
        lists: Any = _tag_lists(joined.replace(b"]}\n", b"],\n[") + b"]]")
    except (msgspec.MsgspecError, UnicodeError):
        return None
    return islice(lists, len(tags)) if len(lists) == len(tags) + 1 else None
