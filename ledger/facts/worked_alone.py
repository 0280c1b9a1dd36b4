"""A place where one human had one assignment, as most are: its sums say it all, and nothing is put in order.

Whatever is read from a lone spell is what a ``Stretch`` of the same assignment says.
"""

from collections.abc import Sequence

from ledger.facts.worked_places import Named
from ledger.facts.worked_spells import Spell
from ledger.facts.worked_time import Streak, streak_of


def lone(inside: Sequence[Named], on: int, break_days_max: int) -> Spell | None:
    """The shifts of the only assignment in a scope, when they are one streak that ends by a date (ordinal).

    None when it takes more to say: shifts that wait, or come later, or lie too far apart, or a cancellation,
    after which some days may not count as shift-free.
    """
    if len(inside) != 1:
        return None
    held = inside[0][1]
    spell = held.worked.worked
    if spell is None or spell.waiting or spell.last > on or spell.apart > break_days_max:
        return None
    return None if held.contract is not None and held.contract.cancelled is not None else spell


def streaks_of_one(
    name: str, spell: Spell, on: int, break_days_max: int
) -> tuple[Streak | None, tuple[Streak, ...]]:
    """The streak that still runs at a date (ordinal), or None, and the one before it if it does not."""
    streak = streak_of(spell, (name,))
    return (streak, ()) if on - spell.last <= break_days_max else (None, (streak,))
