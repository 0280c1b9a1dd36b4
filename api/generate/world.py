"""The parties of a generated history: regions, units, suppliers. Where no source names one, it is made up.

Weights are how much of the country's hired staff a region takes: assumed, for nobody publishes it by region.
"""

from dataclasses import dataclass
from random import Random

from api.demo.story.world import LOTS, NOTE, check_digit

REAL = (
    ("vastra-gotaland", "Västra Götalandsregionen", "232100-0131", 12),
    ("stockholm", "Region Stockholm", "232100-0016", 11),
    ("skane", "Region Skåne", "232100-0255", 9),
    ("norrbotten", "Region Norrbotten", "232100-0230", 7),
    ("jamtland-harjedalen", "Region Jämtland Härjedalen", "232100-0214", 6),
    ("gavleborg", "Region Gävleborg", "232100-0198", 6),
    ("dalarna", "Region Dalarna", "232100-0180", 5),
    ("kalmar", "Region Kalmar län", "232100-0073", 4),
    ("jonkoping", "Region Jönköpings län", "232100-0057", 4),
    ("halland", "Region Halland", "232100-0115", 3),
    ("blekinge", "Region Blekinge", "232100-0081", 3),
    ("kronoberg", "Region Kronoberg", "232100-0065", 3),
    ("gotland", "Region Gotland", "212000-0803", 2),
)
"""Id, name, organisation number (domain.md, from the contract RS 202203983), weight."""
REGIONS = 21
MADE_UP_WEIGHT = 4
SUPPLIERS_FIRST, SUPPLIERS_LATER = 54, 20
"""Admitted from the beginning and in the round of 2024: within the 54 to 95 companies of domain 9."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A made-up care unit."""

    unit: str
    name: str
    site: str
    zone: int


@dataclass(frozen=True, slots=True)
class Region:
    """A region with one authority and its units."""

    region: str
    authority: str
    name: str
    organisation_number: str
    weight: int
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Supplier:
    """A made-up company, the lots it is admitted to and the regions in which it is; ``later`` by a round."""

    supplier: str
    name: str
    organisation_number: str
    lots: tuple[str, ...]
    regions: tuple[str, ...]
    later: bool


@dataclass(frozen=True, slots=True)
class World:
    """Everybody who acts."""

    regions: tuple[Region, ...]
    suppliers: tuple[Supplier, ...]


def world(random: Random, *, units: int, regions: int = REGIONS, share: int = 3) -> World:
    """So many units in so many regions; each supplier is admitted in about one of ``share`` regions."""
    named = [*REAL, *(_made_up(n) for n in range(REGIONS - len(REAL)))][:regions]
    weight = sum(one[3] for one in named)
    found = tuple(_region(random, one, max(2, units * one[3] // weight)) for one in named)
    suppliers = tuple(
        _supplier(random, n, found, share) for n in range(SUPPLIERS_FIRST + SUPPLIERS_LATER)
    )  # fmt: skip
    return World(found, suppliers)


def _made_up(n: int) -> tuple[str, str, str, int]:
    return (
        f"exempel-{n + 1}",
        f"Region Exempel {n + 1} ({NOTE})",
        made_up_number(f"491000{n + 1:03}"),
        MADE_UP_WEIGHT,
    )


def _region(random: Random, given: tuple[str, str, str, int], units: int) -> Region:
    region, name, number, weight = given
    places = tuple(
        Unit(
            f"u-{region}-{n}", f"Enhet {n} ({NOTE})", f"site-{region}-{n // 4}", 1 + int(random.random() * 3)
        )
        for n in range(units)
    )
    return Region(region, f"{region}-rs", name, number, weight, places)


def _supplier(random: Random, n: int, regions: tuple[Region, ...], share: int) -> Supplier:
    """Two first everywhere for both lots, so that every order has somebody to go to."""
    everywhere = n < 2
    lots = LOTS if everywhere or n % 3 == 0 else (LOTS[1 - n % 2],)
    where = tuple(r.region for r in regions if everywhere or int(random.random() * share) == 0)
    where = where or (regions[n % len(regions)].region,)
    number = made_up_number(f"492000{n + 1:03}")
    name = f"Exempelbemanning {n + 1} AB ({NOTE})"
    return Supplier(f"s-{n + 1}", name, number, lots, where, n >= SUPPLIERS_FIRST)


def made_up_number(digits: str) -> str:
    """An organisation number with its check digit; it begins with 4, which no Swedish legal form does."""
    return f"{digits[:6]}-{digits[6:]}{check_digit(digits)}"
