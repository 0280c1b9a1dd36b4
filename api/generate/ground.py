"""What must be there before the first order: policy, calendars, parties, mandates. And what comes later."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import msgspec

from api.demo.play import book_rows
from api.demo.story.days import SOURCE, non_working, working
from api.demo.story.script import Who
from api.demo.story.world import AGREEMENT, LOTS, NOTE
from api.generate.engine import Engine, clock_at
from api.generate.world import Region, Supplier, Unit, World
from api.shapes import adapter
from ledger.decisions.base import DECISIONS

OAF = Who("oaf-central", "oaf-handlaggare", "m-oaf")
SETUP = date(2024, 1, 2)
UNTIL = date(2028, 1, 1)
BOOKS = (SETUP, date(2025, 4, 1), date(2025, 7, 1))
"""When the versions of the policy book are published: the dates on which values of it come into force."""
ROUND, ROUND_OPENS, APPLY_BY = "2024-09", date(2024, 6, 3), date(2024, 8, 16)
ADMITTED_ON, LATER_FROM = date(2024, 9, 27), date(2024, 10, 1)
YEARS = range(2024, 2028)
TOO_MANY = date(2026, 12, 23)
"""A working day that its calendar has as none at first."""
Step = tuple[Who, str, str, dict[str, Any]]


def orderer(region: Region) -> Who:
    """The call-off unit of a region."""
    return _orderer(region.region)


@cache
def _orderer(region: str) -> Who:
    return Who(f"{region}-avrop", f"bestallare-{region}", f"m-avrop-{region}")


def owner(region: Region) -> Who:
    """The regional contract owner."""
    return Who(f"{region.region}-avtal", f"avtalsagare-{region.region}", f"m-avtal-{region.region}")


def attester(region: Region, unit: Unit) -> Who:
    """The manager who approves worked time at a unit."""
    short = unit.unit[2:]
    return Who(f"{region.region}-attest", f"attest-{short}", f"m-attest-{short}")


@cache
def portal(supplier: str) -> Who:
    """A supplier's own system."""
    return Who(f"{supplier[2:]}-portal", f"leverantor-{supplier[2:]}", f"m-lev-{supplier[2:]}")


def lay(engine: Engine, world: World) -> None:
    """Have the beginning told from the first morning on, a command a second, and the rest in its time."""
    begins = 7 * 60
    for n, step in enumerate(beginning(world)):
        engine.at(_second(SETUP, begins, n), _told(engine, step))
    for version, day in enumerate(BOOKS[1:], 2):
        engine.on(working(day), 395, _told(engine, _book(version, day)))
    for year in YEARS[1:]:
        engine.on(working(date(year - 1, 11, 20)), 540, _told(engine, _calendar(year)))
    engine.on(ROUND_OPENS, 540, _told(engine, _round()))
    later = [step for one in world.suppliers if one.later for step in _admissions(one)]
    for n, step in enumerate(later):
        engine.at(_second(LATER_FROM, 480, n), _told(engine, step))


def beginning(world: World) -> Iterator[Step]:
    """Every command of the first morning, in order."""
    yield _mandate(OAF, {"role": "central-contract-management"})
    for region in world.regions:
        yield _mandate(owner(region), {"role": "contract-owner", "region": region.region})
    yield _book(1, SETUP)
    yield _calendar(YEARS[0])
    yield _agreement()
    for region in world.regions:
        yield from _region(region)
    for supplier in world.suppliers:
        yield _supplier(supplier)
        yield _mandate(portal(supplier.supplier), {"role": "supplier", "supplier": supplier.supplier})
        if not supplier.later:
            yield from _admissions(supplier)


def _told(engine: Engine, step: Step) -> Any:
    who, key, name, body = step
    return lambda at: engine.tell(at, who, key, command_of(name, body))


def command_of(name: str, body: dict[str, Any]) -> Any:
    """A command from its body as the door takes it."""
    return adapter(DECISIONS[name].command).validate_json(msgspec.json.encode(body))


def _second(day: date, minute: int, n: int) -> int:
    return clock_at(day, minute) + n * 1_000_000


def _region(region: Region) -> Iterator[Step]:
    body: dict[str, Any]
    entities = [{
        "authority": region.authority, "name": region.name, "level": "region",
        "organisation_number": region.organisation_number,
    }, {
        "authority": f"{region.region}-exempel", "name": f"Nämnd ({NOTE})", "level": "authority",
        "organisation_number": region.organisation_number,
    }]  # fmt: skip
    body = {"region": region.region, "name": region.name, "entities": entities, "source": "RS 202203983"}
    yield OAF, f"region/{region.region}", "register-region", body
    for lot in LOTS:
        body = {
            "agreement": AGREEMENT, "region": region.region, "lot": lot, "from_on": SETUP.isoformat(),
            "decided_on": SETUP.isoformat(), "decided_by": f"beslutsfattare-{region.region}",
            "registry_number": f"{region.region} 2023-100",
        }  # fmt: skip
        yield owner(region), f"accession/{region.region}/{lot}", "record-accession", body
    yield _mandate(orderer(region), {"role": "authorised-orderer", "region": region.region})
    for unit in region.units:
        body = {
            "unit": unit.unit, "name": unit.name, "region": region.region, "authority": region.authority,
            "operating_unit": unit.site, "zone": unit.zone,
        }  # fmt: skip
        yield owner(region), f"unit/{unit.unit}", "register-care-unit", body
        yield _mandate(
            attester(region, unit), {"role": "attester", "region": region.region, "units": [unit.unit]}
        )


def _supplier(supplier: Supplier) -> Step:
    body = {
        "supplier": supplier.supplier, "name": supplier.name,
        "organisation_number": supplier.organisation_number,
    }  # fmt: skip
    return OAF, f"supplier/{supplier.supplier}", "register-supplier", body


def _admissions(supplier: Supplier) -> Iterator[Step]:
    how = {"round": ROUND} if supplier.later else {"reason": "Första tilldelningen / the first award"}
    for region in supplier.regions:
        for lot in supplier.lots:
            body = {
                "agreement": AGREEMENT, "supplier": supplier.supplier, "lot": lot, "region": region,
                "from_on": (LATER_FROM if supplier.later else SETUP).isoformat(),
                "decided_on": (ADMITTED_ON if supplier.later else SETUP).isoformat(),
                "registry_number": "RS 2023-400", **how,
            }  # fmt: skip
            yield OAF, f"admission/{supplier.supplier}/{region}/{lot}", "admit-supplier", body


def _mandate(who: Who, role: dict[str, Any]) -> Step:
    body = {
        "mandate": who.mandate, "agreement": AGREEMENT, "holder": who.actor, **role,
        "from_on": SETUP.isoformat(), "until_on": UNTIL.isoformat(), "registry_number": "RS 2023-700",
    }  # fmt: skip
    return OAF, f"mandate/{who.mandate}", "grant-mandate", body


def _book(version: int, day: date) -> Step:
    body = {
        "agreement": AGREEMENT, "version": version, "rows": book_rows(day),
        "decided_on": day.isoformat(), "decided_by": "ÖAF, central avtalsförvaltning",
        "communicated_to": ["regions", "suppliers"],
    }  # fmt: skip
    return OAF, f"policy/{version}", "publish-policy", body


def _calendar(year: int) -> Step:
    too_many = {TOO_MANY} if year == TOO_MANY.year else set()
    days = [day.isoformat() for day in sorted({*non_working(year), *too_many})]
    body = {"agreement": AGREEMENT, "year": year, "non_working": days, "source": SOURCE}
    return OAF, f"calendar/{year}", "freeze-calendar", body


def _agreement() -> Step:
    body = {
        "agreement": AGREEMENT, "name": "Nationellt avtal om hyrbemanning i hälso- och sjukvården",
        "contracting_authority": "Västra Götalandsregionen, 232100-0131",
        "from_on": "2024-01-01", "until_on": UNTIL.isoformat(), "lots": list(LOTS),
        "ceiling_ore": 3_800_000_000_000, "registry_number": "RS 202203983", "source": "S1, S2",
    }  # fmt: skip
    return OAF, f"agreement/{AGREEMENT}", "register-agreement", body


def _round() -> Step:
    body = {
        "agreement": AGREEMENT, "round": ROUND, "lots": list(LOTS), "opened_on": ROUND_OPENS.isoformat(),
        "apply_by": APPLY_BY.isoformat(), "registry_number": "RS 2024-20",
    }  # fmt: skip
    return OAF, f"round/{ROUND}", "open-admission-round", body
