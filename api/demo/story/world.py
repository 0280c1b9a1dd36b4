"""The parties of the story: three real regions by legal name and number; made-up units and suppliers."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

AGREEMENT = "hyr-2024"
NOTE = "påhittad / made up"
DOCTORS, NURSES = "doctors", "nurses"
LOTS = (DOCTORS, NURSES)
PROFESSION = {DOCTORS: "doctor", NURSES: "nurse"}
ARTICLE = {DOCTORS: "lak-spec", NURSES: "ssk-grund"}


@dataclass(frozen=True, slots=True)
class Entity:
    """A legal person or an authority of a region, as the commands name it."""

    authority: str
    name: str
    level: Literal["region", "authority", "company"]
    organisation_number: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A made-up care unit at a made-up site."""

    unit: str
    name: str
    authority: str
    operating_unit: str
    zone: int


@dataclass(frozen=True, slots=True)
class Region:
    """One region, its entities and units; ``joins`` is the day (of January) it joins each lot."""

    region: str
    short: str
    name: str
    entities: tuple[Entity, ...]
    units: tuple[Unit, ...]
    joins: dict[str, date]


@dataclass(frozen=True, slots=True)
class Supplier:
    """A made-up company; its number begins with 4, which no Swedish legal form does."""

    supplier: str
    name: str
    organisation_number: str
    lots: tuple[str, ...]
    from_on: date


def _unit(short: str, name: str, authority: str, site: str, zone: int) -> Unit:
    return Unit(f"u-{short}", f"{name} ({NOTE})", authority, f"site-{site}", zone)


VGR = Region(
    "vastra-gotaland", "vgr", "Västra Götalandsregionen",
    (
        Entity("vgr-rs", "Västra Götalandsregionen", "region", "232100-0131"),
        Entity("vgr-exempel", f"Exempelnämnden ({NOTE})", "authority", "232100-0131"),
    ),
    (
        _unit("vgr-akut", "Akutmottagning Lövskog", "vgr-rs", "lovskog", 1),
        _unit("vgr-medicin", "Medicinavdelning Lövskog", "vgr-rs", "lovskog", 1),
        _unit("vgr-barn", "Barnavdelning Tallvik", "vgr-rs", "tallvik", 2),
    ),
    {DOCTORS: date(2024, 1, 2), NURSES: date(2024, 1, 2)},
)  # fmt: skip
JAMTLAND = Region(
    "jamtland-harjedalen", "jh", "Region Jämtland Härjedalen",
    (Entity("jh-rs", "Region Jämtland Härjedalen", "region", "232100-0214"),),
    (
        _unit("jh-kirurgi", "Kirurgavdelning Storfjäll", "jh-rs", "storfjall", 3),
        _unit("jh-hc", "Hälsocentral Norrbyn", "jh-rs", "norrbyn", 3),
    ),
    {DOCTORS: date(2024, 1, 15), NURSES: date(2024, 1, 2)},
)  # fmt: skip
STOCKHOLM = Region(
    "stockholm", "sth", "Region Stockholm",
    (
        Entity("sth-rs", "Region Stockholm", "region", "232100-0016"),
        Entity("sth-karolinska", "Karolinska Universitetssjukhuset", "authority", "232100-0016"),
        Entity("sth-slso", "Stockholms läns sjukvårdsområde (SLSO)", "authority", "232100-0016"),
        Entity("sth-danderyd", "Danderyds sjukhus AB", "company", "556575-6169"),
    ),
    (
        _unit("sth-iva", "Intensivvård Ekhöjden", "sth-karolinska", "ekhojden", 1),
        _unit("sth-geriatrik", "Geriatrik Almlunden", "sth-slso", "almlunden", 1),
        _unit("sth-ortopedi", "Ortopedi Björkstrand", "sth-danderyd", "bjorkstrand", 1),
    ),
    {DOCTORS: date(2024, 2, 1), NURSES: date(2024, 1, 15)},
)  # fmt: skip
REGIONS = (VGR, JAMTLAND, STOCKHOLM)
GREEK = (
    "Alfa", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Jota", "Kappa", "Lambda", "Omega",
)  # fmt: skip
DELTA = "s-delta"
"""The supplier whose deviations climb the ladder."""


def check_digit(digits: str) -> int:
    """The last digit of an organisation number or a personal identity number (modulus 10)."""
    doubled = (int(digit) * (2 - n % 2) for n, digit in enumerate(digits))
    return -sum(part // 10 + part % 10 for part in doubled) % 10


def _supplier(n: int, greek: str) -> Supplier:
    digits = f"49200000{n + 1:01d}"[:6] + f"{n + 1:03d}"
    lots = (LOTS, LOTS, (NURSES,), (NURSES,), (DOCTORS,), LOTS)[n % 6]
    joined = date(2024, 1, 2) if n < 10 else date(2024, 10, 1)
    number = f"{digits[:6]}-{digits[6:]}{check_digit(digits)}"
    return Supplier(f"s-{greek.lower()}", f"Exempelbemanning {greek} AB ({NOTE})", number, lots, joined)


SUPPLIERS = tuple(_supplier(n, greek) for n, greek in enumerate(GREEK))


def region_of(unit: str) -> Region:
    """The region that a unit belongs to."""
    return next(region for region in REGIONS if any(u.unit == unit for u in region.units))
