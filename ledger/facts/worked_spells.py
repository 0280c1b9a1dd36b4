"""The shifts of one assignment, and what they come to together.

Most readings want dates, sums and positions and no shift by itself; so what the shifts come to is remembered
with them, and those that are kept are decoded only when somebody asks for one. What is told of them is a
function of the shifts alone, wherever it was made.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import chain
from operator import sub
from types import MappingProxyType

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ledger.errors import Corrupt


class WorkedShift(Struct, frozen=True, array_like=True, gc=False):
    """A shift with its latest values.

    ``position`` is where those values were recorded, ``reported`` where the shift first was; ``approved`` is
    the position of an approval of exactly these values, ``voided`` that of its voiding; ``report`` is the
    file that brought them, ``system`` the channel of that file.
    """

    on: date
    start_at: int
    end_at: int
    minutes: int
    break_minutes: int
    article: str
    report: str
    reported: int
    position: int
    corrections: int = 0
    approved: int | None = None
    voided: int | None = None
    system: str = "direct"

    @property
    def counts(self) -> bool:
        """Worked, approved as it now stands, and not voided."""
        return self.voided is None and self.approved is not None

    @property
    def pending(self) -> bool:
        """Worked and waiting for an approval."""
        return self.voided is None and self.approved is None


class Spell(Struct, frozen=True, array_like=True, gc=False):
    """Shifts that are not voided, as one: what a streak needs to know of them.

    ``first`` and ``last`` are ordinals of dates, ``apart`` the most days without a shift between two of them,
    ``end_at`` the latest end. ``waiting`` are positions of shifts that are not approved, ``facts`` those of
    all shifts and approvals, ascending.
    """

    first: int
    last: int
    days: int
    shifts: int
    minutes: int
    apart: int
    end_at: int
    waiting: tuple[int, ...]
    facts: tuple[int, ...]


Sums = tuple[Spell | None] | tuple[Spell | None, Spell | None]
NONE_LATER: Mapping[str, WorkedShift] = MappingProxyType({})
NONE_APPROVED: Mapping[str, int] = MappingProxyType({})


class Shifts(Struct, eq=False):
    """Shifts by id, and what they come to; of the three whatever is not there is made when it is asked for.

    ``kept`` is their canonical JSON but for ``later`` shifts and ``approvals`` (positions of them, by shift).
    ``sums`` is what they come to: all that are not voided and, unless left out, those of them that are
    approved. It says the same whichever it was made from, and is never changed.
    """

    read: Mapping[str, WorkedShift] | None = None
    kept: bytes | None = None
    sums: Sums | None = None
    later: Mapping[str, WorkedShift] = NONE_LATER
    approvals: Mapping[str, int] = NONE_APPROVED

    @property
    def by_id(self) -> Mapping[str, WorkedShift]:
        """Every shift by its id, voided ones included. Raises Corrupt."""
        if self.read is None:
            self.read = self._whole()
        return self.read

    @property
    def worked(self) -> Spell | None:
        """All that are not voided, as one; None without any."""
        return (self.sums or self._sum())[0]

    @property
    def counted(self) -> Spell | None:
        """Those that are approved too, as one; the very same where all of them are."""
        worked, *counted = self.sums or self._sum()
        if worked is None or not worked.waiting:
            return worked
        return counted[0] if counted else self._sum()[-1]

    @property
    def encoded(self) -> bytes:
        """Every shift by its id as canonical JSON."""
        if self.kept is None or self.later or self.approvals:
            self.kept = _written(self.by_id)
            self.later, self.approvals = NONE_LATER, NONE_APPROVED
        return self.kept

    def with_shift(self, name: str, shift: WorkedShift) -> "Shifts":
        """The same with one shift replaced or added."""
        return Shifts({**self.by_id, name: shift})

    def reported(self, some: Mapping[str, WorkedShift]) -> "Shifts":
        """The same with shifts just reported; nothing is decoded if they follow on those that are known."""
        if self.read is None and self.kept and self.sums and not any(map(self._may_hold, some)):
            worked = followed(self.sums[0], list(some.values()))
            if worked is not None:
                return Shifts(None, self.kept, (worked,), {**self.later, **some}, self.approvals)
        return Shifts({**self.by_id, **some})

    def approved(self, some: Sequence[tuple[str, int, int]]) -> "Shifts":
        """The same with approvals: of which shift, of the values at which position, and where it stands.

        An approval of values that a correction has replaced changes nothing. Of values that wait nothing is
        decoded: they are those of the shift that its approval names, since a rule says so.
        """
        if self.read is None and self.kept and self.sums and self.sums[0]:
            worked, later, approvals = self.sums[0], dict(self.later), dict(self.approvals)
            waiting = dict.fromkeys(worked.waiting)
            for name, approves, position in some:
                if approves not in waiting:
                    break
                del waiting[approves]
                if name in later:
                    later[name] = replace(later[name], approved=position)
                else:
                    approvals[name] = position
            else:
                facts = (*worked.facts, *[position for *_, position in some])
                sums = (replace(worked, waiting=tuple(waiting), facts=facts),)
                return Shifts(None, self.kept, sums, later, approvals)
        return Shifts(_approved(self.by_id, some))

    def apart(self, *, waiting: bool) -> list[Spell]:
        """Each shift that is not voided as a spell of its own, by date; ``waiting`` ones if told so."""
        stands = [shift for shift in self.by_id.values() if shift.voided is None]
        found = [_single(shift) for shift in stands if waiting or shift.approved is not None]
        return sorted(found, key=_first)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shifts) and self.by_id == other.by_id

    __hash__ = None  # type: ignore[assignment]  # like the mapping that it stands for

    def _may_hold(self, name: str) -> bool:
        return name in self.later or _name(name) in (self.kept or b"")

    def _whole(self) -> Mapping[str, WorkedShift]:
        found = _read(self.kept or b"{}")
        if self.later or self.approvals:
            found |= {name: replace(found[name], approved=at) for name, at in self.approvals.items()}
            found |= self.later
        return found

    def _sum(self) -> Sums:
        stands = [shift for shift in self.by_id.values() if shift.voided is None]
        worked = counted = _spell(stands)
        if worked and worked.waiting:
            counted = _spell([shift for shift in stands if shift.approved is not None])
        self.sums = worked, counted
        return self.sums


NO_SHIFTS = Shifts({})
_decoded = msgspec.json.Decoder(dict[str, WorkedShift]).decode
_written = msgspec.json.Encoder(order="sorted").encode
_name = msgspec.json.Encoder().encode


def followed(spell: Spell | None, some: Sequence[WorkedShift]) -> Spell | None:
    """A spell and shifts just reported as one; None if one of them lies before its last date."""
    if spell is None:
        return _spell(some)
    last, days, minutes, longest, end_at = spell.last, spell.days, spell.minutes, spell.apart, spell.end_at
    for shift in some:
        day = shift.on.toordinal()
        if day < last:
            return None
        if day > last:
            longest, days, last = max(longest, day - last - 1), days + 1, day
        minutes, end_at = minutes + shift.minutes, max(end_at, shift.end_at)
    at = [shift.position for shift in some]
    return Spell(
        spell.first, last, days, spell.shifts + len(some), minutes, longest, end_at, (*spell.waiting, *at),
        (*spell.facts, *at),
    )  # fmt: skip


def together(spells: Sequence[Spell]) -> Spell:
    """Spells in order, none of which begins before another has ended, as one."""
    if len(spells) == 1:
        return spells[0]
    last, end_at = spells[0].first, spells[0].end_at
    days = shifts = minutes = longest = 0
    for one in spells:
        days += one.days - (one.first == last and shifts > 0)  # a date that two of them share
        longest = max(longest, one.first - last - 1, one.apart)
        shifts, minutes, end_at, last = (
            shifts + one.shifts,
            minutes + one.minutes,
            max(end_at, one.end_at),
            one.last,
        )
    waiting = [one.waiting for one in spells if one.waiting]
    return Spell(
        spells[0].first, last, days, shifts, minutes, longest, end_at, merged(waiting) if waiting else (),
        merged([one.facts for one in spells]),
    )  # fmt: skip


def merged(positions: Collection[tuple[int, ...]]) -> tuple[int, ...]:
    """Positions of several ascending lists, ascending; none is in two, since an event is of one shift."""
    return tuple(sorted(chain.from_iterable(positions)))


def _spell(shifts: Sequence[WorkedShift]) -> Spell | None:
    """These shifts as one; none of them is voided."""
    if not shifts:
        return None
    dates = {shift.on for shift in shifts}
    days = sorted([day.toordinal() for day in dates])
    positions = [shift.position for shift in shifts]
    approved = [shift.approved for shift in shifts]
    waiting = [] if None not in approved else [s.position for s in shifts if s.approved is None]
    return Spell(
        days[0],
        days[-1],
        len(days),
        len(shifts),
        sum([shift.minutes for shift in shifts]),
        max(map(sub, days[1:], days), default=1) - 1,
        max([shift.end_at for shift in shifts]),
        tuple(sorted(waiting)),
        tuple(sorted({*positions, *[at for at in approved if at is not None]})),
    )


def _single(shift: WorkedShift) -> Spell:
    day, at, approved = shift.on.toordinal(), shift.position, shift.approved
    waiting, facts = ((at,), (at,)) if approved is None else ((), (at, approved))
    return Spell(day, day, 1, 1, shift.minutes, 0, shift.end_at, waiting, facts)


def _first(spell: Spell) -> int:
    return spell.first


def _approved(
    shifts: Mapping[str, WorkedShift], some: Sequence[tuple[str, int, int]]
) -> Mapping[str, WorkedShift]:
    found = dict(shifts)
    for name, approves, position in some:
        if approves == found[name].position:  # not values that a correction has replaced
            found[name] = replace(found[name], approved=position)
    return found


def _read(kept: bytes) -> dict[str, WorkedShift]:
    try:
        return _decoded(kept)
    except msgspec.MsgspecError as error:
        raise Corrupt(f"kept shifts cannot be read: {error}") from error
