"""What is there before anything happens: the ledger, the policy, the calendars, the parties, the mandates."""

import msgspec

from api.demo.story.days import SOURCE, non_working
from ledger.policy.model import book_digest
from tests.cases.phrases import phrase

AGREEMENT, REGION, AUTHORITY, UNIT, SITE = "hyr-2024", "jamtland-harjedalen", "jh-rs", "u-1", "site-1"
OAF, M_OAF, OWNER, M_OWNER = "oaf-1", "m-oaf", "owner-1", "m-owner"


@phrase("the ledger is opened")
def opened(world):
    return world.command("open-ledger", {"ledger": "l-cases", "mode": "simulated"}, OAF)


@phrase("the policy is published")
def published(world):
    return publication(world, 1, world.rows)


def publication(world, version, rows):
    """The command that publishes these rows as a version of the book."""
    body = {
        "agreement": AGREEMENT, "version": version, "rows": [msgspec.to_builtins(row) for row in rows],
        "book_digest": book_digest(rows), "decided_on": "2024-01-02", "decided_by": "ÖAF",
        "communicated_to": ["regions", "suppliers"],
    }  # fmt: skip
    return world.command("publish-policy", body, OAF, M_OAF)


@phrase("the working days of {year} are frozen")
def frozen(world, year):
    days = [day.isoformat() for day in non_working(int(year))]
    body = {"agreement": AGREEMENT, "year": int(year), "non_working": days, "source": SOURCE}
    return world.command("freeze-calendar", body, OAF, M_OAF)


@phrase("region {region} is registered with authority {authority}")
def registered(world, region, authority):
    entity = {"authority": authority, "name": region, "level": "region", "organisation_number": "232100-0214"}
    body = {"region": region, "name": region, "entities": [entity], "source": "RS 202203983"}
    return world.command("register-region", body, OAF, M_OAF)


@phrase("unit {unit} of {region} is registered at site {site}")
def unit_registered(world, unit, region, site):
    body = {
        "unit": unit, "name": unit, "region": region, "authority": AUTHORITY, "operating_unit": site,
        "zone": 3,
    }  # fmt: skip
    return world.command("register-care-unit", body, OWNER, M_OWNER)


@phrase("{region} accedes to {lot} from {day}")
def accedes(world, region, lot, day):
    body = {
        **world.example("record-accession"),
        "region": region,
        "lot": lot,
        "from_on": day,
        "decided_on": "2024-01-02",
    }
    return world.command("record-accession", body, OWNER, M_OWNER)


@phrase("suppliers {suppliers*} are registered")
def suppliers_registered(world, suppliers):
    for n, supplier in enumerate(suppliers):
        number = f"559999-{1000 + n + 10 * len(world.known):04}"
        world.first_time(supplier)
        yield world.command(
            "register-supplier",
            {"supplier": supplier, "name": f"Exempelbemanning {supplier} AB", "organisation_number": number},
            OAF,
            M_OAF,
        )
        yield _mandate(world, f"m-{supplier}", f"seller-{supplier}", "supplier", supplier=supplier)


@phrase("suppliers {suppliers*} are admitted for {lot} in {region}")
def admitted(world, suppliers, lot, region):
    for supplier in suppliers:
        body = {
            **world.example("admit-supplier"), "supplier": supplier, "lot": lot, "region": region,
            "from_on": "2024-03-01", "decided_on": "2024-01-02",
        }  # fmt: skip
        yield world.command("admit-supplier", body, OAF, M_OAF)


@phrase("{actor} is given mandate {mandate} as {role} in {region}")
def mandated(world, actor, mandate, role, region):
    return _mandate(world, mandate, actor, role, region=region)


@phrase("{actor} is given mandate {mandate} as {role}")
def mandated_nationally(world, actor, mandate, role):
    return _mandate(world, mandate, actor, role)


def _mandate(world, mandate, holder, role, **scope):
    body = {
        **world.example("grant-mandate"), "mandate": mandate, "holder": holder, "role": role, "region": None,
        "units": [], "from_on": "2024-01-01", "until_on": "2029-01-01", **scope,
    }  # fmt: skip
    return world.command("grant-mandate", body, OAF, M_OAF)
