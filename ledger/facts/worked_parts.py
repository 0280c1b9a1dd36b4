"""What one human worked in one scope, in parts: an assignment's shifts as one, taken apart only where needed.

Parts are in order when none begins before another has ended; two may share a date.
"""

from collections.abc import Callable, Sequence

from ledger.facts.worked_spells import Shifts, Spell, together

Part = tuple[Spell, str, Shifts | None]
"""Shifts as one, their assignment, and where each of them is found (None for one shift alone)."""


def in_order(parts: list[Part]) -> Sequence[Part]:
    """By date; where one begins before another has ended, each shift by itself."""
    if len(parts) > 1:
        parts.sort(key=_first)
        reached = 0
        for spell, _, _ in parts:
            if spell.first < reached:
                return sorted([one for part in parts for one in _alone(part)], key=_first)
            reached = spell.last
    return parts


def apart(parts: Sequence[Part], where: Callable[[Spell], bool]) -> Sequence[Part]:
    """Parts in order, with each shift by itself in those that are so; the very same if none is."""
    for spell, _, shifts in parts:
        if shifts is not None and where(spell):
            return [one for part in parts for one in (_alone(part) if where(part[0]) else (part,))]
    return parts


def unbroken(parts: Sequence[Part], days_max: int) -> Sequence[Part]:
    """The same where days without a shift in them are more than so many."""
    for spell, _, shifts in parts:
        if spell.apart > days_max and shifts is not None:
            return apart(parts, lambda spell: spell.apart > days_max)
    return parts


def through(parts: Sequence[Part], day: int) -> Sequence[Part]:
    """Those in order up to a date, as an ordinal."""
    if not parts or parts[-1][0].last <= day:
        return parts
    return [one for one in apart(parts, lambda s: s.first <= day < s.last) if one[0].last <= day]


def since(parts: Sequence[Part], day: int) -> Sequence[Part]:
    """Those in order from a date on, as an ordinal."""
    if not parts or parts[0][0].first >= day:
        return parts
    return [one for one in apart(parts, lambda s: s.first < day <= s.last) if one[0].first >= day]


def both(worked: Sequence[Part]) -> tuple[Sequence[Part], Sequence[Part]]:
    """The parts, and those of them that count; the very same where all of them do."""
    for spell, _, _ in worked:
        if spell.waiting:
            return worked, [one for part in worked if (one := _counted(part))]
    return worked, worked


def summed(parts: Sequence[Part]) -> Spell:
    """Parts in order as one; at least one."""
    return parts[0][0] if len(parts) == 1 else together([spell for spell, _, _ in parts])


def _counted(part: Part) -> Part | None:
    spell, assignment, shifts = part
    if not spell.waiting:
        return part
    counted = shifts.counted if shifts else None
    return None if counted is None else (counted, assignment, shifts)


def _alone(part: Part) -> list[Part]:
    """Each shift of a part by itself: those that wait too, if the part has any."""
    spell, assignment, shifts = part
    if shifts is None:
        return [part]
    return [(one, assignment, None) for one in shifts.apart(waiting=bool(spell.waiting))]


def _first(part: Part) -> int:
    return part[0].first
