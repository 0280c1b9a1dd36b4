"""Consultants: registered when a supplier has nobody free, offered again while they stay, then gone."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from api.demo.story.world import NOTE, PROFESSION, check_digit
from api.generate.credentials import Credentials
from api.generate.engine import Engine
from api.generate.ground import portal
from api.generate.world import Region
from ledger.decisions.consultants import Identity, RegisterConsultant
from ledger.values import local_date

STAYS = (3, 12)
"""How many assignments somebody takes before she leaves: assumed, so that a year has its domain 9 number."""
DAY = timedelta(days=1)


@dataclass(slots=True)
class Person:
    """One made-up consultant of one supplier, for one lot in one region; engaged until a date."""

    consultant: str
    supplier: str
    stays: int
    busy_until: date
    shown_until: date
    last_unit: str = ""
    taken: int = 0
    offered: int = 0


@dataclass(slots=True)
class Staff:
    """Who there is, by supplier, lot and region."""

    engine: Engine
    pools: dict[tuple[str, str, str], list[Person]] = field(default_factory=lambda: defaultdict(list))
    count: int = 0

    def free(self, at: int, supplier: str, lot: str, region: Region, from_on: date, unit: str) -> Person:
        """Somebody of a supplier who is free from a date on: who knows the unit, else registered now."""
        place = supplier, lot, region.region
        able = [one for one in self.pools[place] if one.busy_until <= from_on]
        known = [one for one in able if one.last_unit == unit]
        if known or able:
            return self.engine.one_of(known or able)
        person = self._registered(at, place, from_on)
        Credentials(self.engine).registered(at, person.consultant, supplier, lot, region)
        return person

    def colleague(self, person: Person, place: tuple[str, str], from_on: date) -> Person | None:
        """Another of the same supplier, lot and region who is free from a date on, if there is one."""
        pool = self.pools[person.supplier, *place]
        return next((one for one in pool if one is not person and one.busy_until <= from_on), None)

    def new_year(self, at: int, day: date) -> None:
        """Every supplier records the service of the year before of everybody it has."""
        until_on, shown = day.replace(day=1), Credentials(self.engine)
        for (supplier, lot, _), pool in self.pools.items():
            for one in pool:
                if one.shown_until < until_on:
                    shown.served(at, one.consultant, supplier, lot, (one.shown_until, until_on))
                    one.shown_until = until_on

    def engaged(self, person: Person, place: tuple[str, str, str], unit: str, until_on: date) -> bool:
        """Note an assignment; whether it is her last one, after which she is offered no more."""
        person.busy_until, person.last_unit = until_on + DAY, unit
        person.taken += 1
        if person.taken == person.stays:
            self.pools[place].remove(person)
        return person.taken >= person.stays

    def _registered(self, at: int, place: tuple[str, str, str], from_on: date) -> Person:
        supplier, lot, _ = place
        self.count += 1
        day = local_date(at)
        token = f"{self.engine.random.getrandbits(64):016x}"
        person = Person(f"k-{token}", supplier, self.engine.between(*STAYS), from_on, day.replace(day=1))
        number = self._number()
        command = RegisterConsultant(
            consultant=person.consultant, supplier=supplier, profession=PROFESSION[lot],
            own_company=self.engine.chance(120),
            identity=Identity(name=f"Testperson {self.count} ({NOTE})", personal_identity_number=number),
        )  # fmt: skip
        self.engine.tell(at, portal(supplier), f"consultant/{person.consultant}", command)
        self.pools[place].append(person)
        return person

    def _number(self) -> str:
        """A number that passes every check and can belong to nobody: born a century before there were any."""
        year, n = 1811 + self.count % 39, self.count // 39
        short = f"{year % 100:02}{1 + n % 12:02}{1 + n // 12 % 28:02}{980 + n // 336 % 20}"
        return f"{year // 100}{short[:6]}-{short[6:]}{check_digit(short)}"
