"""An order under way, and the assignment that comes of it."""

from dataclasses import dataclass, field
from datetime import date

from api.generate.staff import Person
from api.generate.world import Region, Unit


@dataclass(slots=True)
class Engagement:
    """A concluded assignment: where, whose, and the dates of its shifts that are to be worked.

    ``last`` says that the consultant takes no other; ``links`` is how many orders its order follows, and
    ``followed`` whether another follows it.
    """

    assignment: str
    order: str
    region: Region
    unit: Unit
    lot: str
    person: Person
    from_on: date
    until_on: date
    shifts: list[date]
    last: bool
    links: int
    followed: bool


@dataclass(slots=True)
class Ask:
    """An order under way; ``offers`` are the persons by offer id, ``links`` how many orders it follows."""

    order: str
    region: Region
    unit: Unit
    lot: str
    day: date
    from_on: date
    until_on: date
    shifts: list[date]
    answer_by: int
    links: int
    offers: dict[str, Person] = field(default_factory=dict)
    award: int = 0
    incomplete: str = ""

    @property
    def number(self) -> int:
        """Its number among all orders."""
        return int(self.order[2:])
