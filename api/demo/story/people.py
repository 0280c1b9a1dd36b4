"""The consultants of the story: synthetic people whose numbers pass every check and can belong to nobody.

Born before 1850, a century before such numbers were given to anybody, with a serial of the test series.
"""

from dataclasses import dataclass

from api.demo.story.dice import Dice
from api.demo.story.world import SUPPLIERS, Supplier, check_digit

PER_SUPPLIER = 10
BORN_FIRST, BORN_LAST = 1811, 1849


@dataclass(frozen=True, slots=True)
class Consultant:
    """One registration of a human by one supplier; two registrations may be one ``human``."""

    consultant: str
    supplier: str
    lot: str
    name: str
    personnummer: str
    own_company: bool
    human: str


def consultants(dice: Dice) -> tuple[Consultant, ...]:
    """Every consultant. The last of Alfa and the last of Beta are one human, registered twice."""
    found = [_consultant(dice, supplier, n) for supplier in SUPPLIERS for n in range(PER_SUPPLIER)]
    twice = {found[PER_SUPPLIER * 2 - 1].consultant: found[PER_SUPPLIER - 1]}
    return tuple(_same_human(one, twice[one.consultant]) if one.consultant in twice else one for one in found)


def _consultant(dice: Dice, supplier: Supplier, n: int) -> Consultant:
    name = f"{supplier.supplier}/{n}"
    number = SUPPLIERS.index(supplier) * PER_SUPPLIER + n + 1
    consultant = f"k-{dice.token(16, 'consultant', name)}"
    return Consultant(
        consultant, supplier.supplier, supplier.lots[n % len(supplier.lots)], f"Testperson {number:03}",
        _personnummer(dice, name), dice.chance(12, "own-company", name), consultant,
    )  # fmt: skip


def _same_human(one: Consultant, first: Consultant) -> Consultant:
    return Consultant(
        one.consultant, one.supplier, first.lot, first.name, first.personnummer, one.own_company, first.human
    )


def _personnummer(dice: Dice, name: str) -> str:
    year = dice.between(BORN_FIRST, BORN_LAST, "born-year", name)
    month, day = dice.between(1, 12, "born-month", name), dice.between(1, 28, "born-day", name)
    short = f"{year % 100:02}{month:02}{day:02}{dice.between(980, 999, 'serial', name)}"
    return f"{year // 100}{short[:6]}-{short[6:]}{check_digit(short)}"
