"""What a package shows of a record. What is withheld is so because nobody needs it, or for secrecy.

Secrecy has a paragraph and a ground, which somebody gives: this code knows none. What a record
says is not open is neither shown nor withheld until somebody has decided, another's offer too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ledger.errors import LedgerError
from ledger.events.base import COMMAND, FACTS
from ledger.store.body import contents, groups_of, masked
from ledger.store.codec import Header, header_of, parse_record, without_links
from ledger.store.log import Record

LINKS, BODY, RECORD, ANSWER = "links", "body", "record", "answer"
Why = Literal["not-needed", "secrecy", "disposed", "sealed"]
_UNNEEDED = (COMMAND, LINKS)
_OPEN = "open"
DECIDE = ": mask it with paragraph and ground, or show it"


class Undecided(LedgerError):
    """Nobody has decided whether something is disclosed; the message names it."""


class BadMaskError(LedgerError):
    """Text that is no mask; the message says how one is written."""


@dataclass(frozen=True, slots=True)
class Mask:
    """A group that is not disclosed, by which paragraph of which act, and on which ground.

    ``what`` is a group (or ``links``), after a type or a position where it is meant of that alone:
    ``checks``, ``licence-recorded/facts``, ``p120/links``.
    """

    what: str
    paragraph: str
    ground: str

    @classmethod
    def parse(cls, text: str) -> "Mask":
        """A mask from how it is written. Raises BadMaskError."""
        what, equals, why = text.partition("=")
        paragraph, colon, ground = why.partition(": ")
        if not (what and equals and colon and paragraph.strip() and ground.strip()):
            raise BadMaskError(f"a mask is written GROUP=PARAGRAPH: GROUND, not {text}")
        return cls(what, paragraph.strip(), ground.strip())


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What was decided: masks, and what is shown that otherwise would not be, named as a mask names it."""

    masks: tuple[Mask, ...] = ()
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withheld:
    """One part of one record that the package does not show; paragraph and ground where it is secrecy."""

    position: int
    group: str
    why: Why
    paragraph: str = ""
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """The bytes of one record as they are shown; no body where it was disposed of."""

    position: int
    record: bytes
    body: bytes | None
    withheld: tuple[Withheld, ...]


def disclosed(record: Record, decided: Disclosure) -> Disclosed:
    """One record as it is shown. Raises Undecided, which names what nobody has decided about."""
    header = header_of(parse_record(record.record).header)
    held = contents(record.body) if record.body is not None else {}
    locked = {one.name.decode() for one in groups_of(record.body) if one.locked} if record.body else set()
    secrecies = _secrecies(header)
    withheld = []
    for name in (*(one.decode() for one in held), LINKS):
        if name != LINKS and held[name.encode()] is None:
            withheld.append(Withheld(record.position, name, "sealed" if name in locked else "disposed"))
        elif (why := _why(record, name, secrecies.get(name, _OPEN), decided)) is not None:
            withheld.append(why)
    hidden = {one.group for one in withheld}
    body = record.body
    for name in sorted(hidden - {LINKS}):
        body = masked(body or b"", name)
    if body is None:
        withheld.append(Withheld(record.position, BODY, "disposed"))
    shown = without_links(record.record) if LINKS in hidden else record.record
    return Disclosed(record.position, shown, body, tuple(withheld))


def all_disclosed(records: Sequence[Record], decided: Disclosure) -> list[Disclosed]:
    """Records as they are shown. Raises Undecided, which names everything that nobody has decided about."""
    try:
        return [disclosed(one, decided) for one in records]
    except Undecided:
        said: dict[str, str] = {}
        for one in records:
            for what, secret in _undecided(one, decided):
                said.setdefault(what, secret)
        raise Undecided(", ".join(said.values()) + DECIDE) from None


def _undecided(record: Record, decided: Disclosure) -> Iterator[tuple[str, str]]:
    """Each part of a record that nobody has decided about: its name, and that with how secret it is."""
    secrecies = _secrecies(header_of(parse_record(record.record).header))
    held = contents(record.body) if record.body is not None else {}
    for name in (one.decode() for one, content in held.items() if content is not None):
        try:
            _why(record, name, secrecies.get(name, _OPEN), decided)
        except Undecided as error:
            yield _names(record, name)[1], str(error).removesuffix(DECIDE)


def _secrecies(header: Header) -> dict[str, str]:
    """The secrecy of each group by its name, as the record says it."""
    named = header.groups or ((FACTS, "open"),)
    return {one[0]: one[1] for one in named}


def _why(record: Record, name: str, secrecy: str, decided: Disclosure) -> Withheld | None:
    """Why a part of a record is withheld; None where it is shown. Raises Undecided."""
    names = _names(record, name)
    if (mask := _mask(names, decided)) is not None:
        return Withheld(record.position, name, "secrecy", mask.paragraph, mask.ground)
    if any(one in names for one in decided.shown):
        return None
    if name in _UNNEEDED:
        return Withheld(record.position, name, "not-needed")
    if secrecy != _OPEN:
        raise Undecided(f"{names[1]} is {secrecy} (p{record.position}){DECIDE}")
    return None


def withheld_answer(
    question: str, position: int, hidden: Iterable[Withheld], decided: Disclosure
) -> Withheld | None:
    """Why the answer to a question put to a case at a position is withheld; None where it is shown.

    An answer may say what a record does: where one that it cites is not shown for secrecy (``hidden``),
    somebody decides, by ``answer``, ``QUESTION/answer`` or ``pPOSITION/answer``. Raises Undecided, naming it.
    """
    names = _answer_names(question, position)
    if (mask := _mask(names, decided)) is not None:
        return Withheld(position, ANSWER, "secrecy", mask.paragraph, mask.ground)
    secret = next((one for one in hidden if one.why == "secrecy"), None)
    if secret is None or any(one in names for one in decided.shown):
        return None
    raise Undecided(
        f"{names[1]} (p{position}) cites p{secret.position}, whose {secret.group} is not shown{DECIDE}"
    )


def _mask(names: Sequence[str], decided: Disclosure) -> Mask | None:
    return next((mask for mask in decided.masks if mask.what in names), None)


def _answer_names(question: str, position: int) -> tuple[str, ...]:
    return ANSWER, f"{question}/{ANSWER}", f"p{position}/{ANSWER}"


def _names(record: Record, name: str) -> tuple[str, ...]:
    return name, f"{record.type.partition('.')[0]}/{name}", f"p{record.position}/{name}"


def unused(
    decided: Disclosure, records: Iterable[Record], asked: Iterable[tuple[str, int]] = ()
) -> Iterator[str]:
    """What a mask names and is in no record, nor the answer to what was asked (question, position)."""
    there = {name for one in asked for name in _answer_names(*one)}
    for record in records:
        groups = [one.decode() for one in contents(record.body)] if record.body is not None else []
        there |= {one for name in (*groups, LINKS) for one in _names(record, name)}
    yield from (mask.what for mask in decided.masks if mask.what not in there)
