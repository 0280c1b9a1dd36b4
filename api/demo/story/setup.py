"""The beginning: policy, calendars, parties, admissions, mandates, consultants. And what comes later."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from api.demo.story.days import SETUP, SOURCE, Month, next_working, non_working, working
from api.demo.story.people import Consultant
from api.demo.story.ranking import OVERLAY
from api.demo.story.script import Moment, Script, Who
from api.demo.story.world import AGREEMENT, LOTS, NOTE, PROFESSION, REGIONS, SUPPLIERS, Region, Supplier

OAF = Who("oaf-central", "oaf-handlaggare", "m-oaf")
UNTIL = date(2027, 12, 31)
ADMITTED_ON = date(2024, 9, 27)
"""The last non-holiday Friday of September: the second admission of the first year."""
ROUND_OPENS = date(2024, 6, 3)
FIRST = {"reason": "Första tilldelningen / the first award"}
TOO_MANY = {2024: (date(2024, 12, 23),)}
"""Days frozen as non-working by mistake; corrected in the first month, long before they mattered."""
BOOK_DATES = (date(2024, 1, 1), date(2025, 7, 1), OVERLAY[1])
ORDERS_AND_ATTESTS = "u-jh-hc"
"""The unit where the manager who attests the time also placed the orders; every approval there says so."""


def orderer(region: Region) -> Who:
    """The call-off unit of a region."""
    return Who(f"{region.short}-avrop", f"bestallare-{region.short}", f"m-avrop-{region.short}")


def attester(region: Region, unit: str) -> Who:
    """The manager who approves worked time at a unit."""
    actor = orderer(region).actor if unit == ORDERS_AND_ATTESTS else f"attest-{unit[2:]}"
    return Who(f"{region.short}-attest", actor, f"m-attest-{unit[2:]}")


def owner(region: Region) -> Who:
    """The regional contract owner."""
    return Who(f"{region.short}-avtal", f"avtalsagare-{region.short}", f"m-avtal-{region.short}")


def portal(supplier: str) -> Who:
    """A supplier's own system."""
    short = supplier.removeprefix("s-")
    return Who(f"{short}-portal", f"leverantor-{short}", f"m-lev-{short}")


def begin(script: Script, people: Sequence[Consultant]) -> None:
    """Everything that must be there before the first order, in slots a minute or more apart."""
    book(script, 1, Moment(SETUP, 8))
    calendar(script, 2024, Moment(SETUP, 8, 1))
    for n, region in enumerate(REGIONS):
        _region(script, region, n)
    for n, supplier in enumerate(SUPPLIERS):
        _supplier(script, supplier, n)
    _mandates(script)
    _agreement(script)
    for n, one in enumerate(people):
        _consultant(script, one, n)


def later(script: Script, month: Month) -> None:
    """What is decided during a month about policy and calendars."""
    on = next_working(month.rounds[-1], 7)
    if month.first.month == 11:
        calendar(script, month.first.year + 1, Moment(on, 9))
    if (month.first.year, month.first.month) == (ROUND_OPENS.year, ROUND_OPENS.month):
        _open_round(script)
    for n, supplier in enumerate(SUPPLIERS):
        if supplier.from_on == month.first:
            admit(script, supplier, n, month.first)
    for version, day in enumerate(BOOK_DATES[1:], 2):
        if (day.year, day.month) == (month.first.year, month.first.month):
            book(script, version, Moment(working(day), 6, 35))


def book(script: Script, version: int, moment: Moment) -> None:
    """A version of the policy book: the values valid by a date, and from the third on an overlay."""
    valid_by = BOOK_DATES[version - 1]
    body = {
        "agreement": AGREEMENT, "version": version, "rows": {"$book": valid_by.isoformat(),
        "also": _overlay(version)},
        "decided_on": valid_by.isoformat(), "decided_by": "ÖAF, central avtalsförvaltning",
        "communicated_to": ["regions", "suppliers"],
    }  # fmt: skip
    script.add(moment, "policy", OAF, f"policy/{version}", "publish-policy", body)


def _overlay(version: int) -> list[dict[str, Any]]:
    if version < 3:
        return []
    region, valid_from, threshold = OVERLAY
    return [{
        "topic": 3, "term": "continuity.threshold", "level": "region", "scope": region, "value": threshold,
        "unit": "amount in continuity.measure",
        "kind": {"kind": "whole", "least": 0, "most": 1_000_000},
        "valid_from": valid_from.isoformat(), "valid_until": None,
        "source": "assumption", "force": "term", "permitted_by": "UNKNOWN",
        "assumed": "Påhittad för demonstrationen / made up for it: by S4 some regions have adjusted "
        "continuity, unnamed.",
    }]  # fmt: skip


def calendar(script: Script, year: int, moment: Moment) -> None:
    """The frozen non-working days of a year."""
    days = [day.isoformat() for day in sorted({*non_working(year), *TOO_MANY.get(year, ())})]
    body = {"agreement": AGREEMENT, "year": year, "non_working": days, "source": SOURCE}
    script.add(moment, "calendar", OAF, f"calendar/{year}", "freeze-calendar", body)


def _region(script: Script, region: Region, n: int) -> None:
    body: dict[str, Any]
    entities = [
        {
            "authority": e.authority,
            "name": e.name,
            "level": e.level,
            "organisation_number": e.organisation_number,
        }
        for e in region.entities
    ]
    body = {"region": region.region, "name": region.name, "entities": entities, "source": "RS 202203983"}
    script.add(Moment(SETUP, 8, 10, n), "regions", OAF, f"region/{region.short}", "register-region", body)
    for k, unit in enumerate(region.units):
        body = {
            "unit": unit.unit, "name": unit.name, "region": region.region, "authority": unit.authority,
            "operating_unit": unit.operating_unit, "zone": unit.zone,
        }  # fmt: skip
        moment = Moment(SETUP, 8, 12, 10 * n + k)
        script.add(moment, "units", owner(region), f"unit/{unit.unit}", "register-care-unit", body)
    for k, (lot, joins) in enumerate(region.joins.items()):
        body = {
            "agreement": AGREEMENT, "region": region.region, "lot": lot, "from_on": joins.isoformat(),
            "decided_on": SETUP.isoformat(), "decided_by": f"beslutsfattare-{region.short}",
            "registry_number": f"{region.short.upper()} 2023-{100 + k}",
        }  # fmt: skip
        moment = Moment(SETUP, 8, 14, 10 * n + k)
        script.add(
            moment, "accessions", owner(region), f"accession/{region.short}/{lot}", "record-accession", body
        )


def _supplier(script: Script, supplier: Supplier, n: int) -> None:
    name = supplier.supplier
    body = {"supplier": name, "name": supplier.name, "organisation_number": supplier.organisation_number}
    script.add(Moment(SETUP, 8, 20, n), "suppliers", OAF, f"supplier/{name}", "register-supplier", body)
    if supplier.from_on == SETUP:
        admit(script, supplier, n, SETUP)


def admit(script: Script, supplier: Supplier, n: int, day: date) -> None:
    """The admission of a supplier to its lots in every region, decided the day before at the latest."""
    for k, (region, lot) in enumerate((r, lot) for r in REGIONS for lot in supplier.lots):
        body = {
            "agreement": AGREEMENT, "supplier": supplier.supplier, "lot": lot, "region": region.region,
            "from_on": max(supplier.from_on, region.joins[lot]).isoformat(),
            "decided_on": min(supplier.from_on, ADMITTED_ON).isoformat(),
            "registry_number": f"RS 2023-{400 + n}",
            **(FIRST if day == SETUP else {"round": "2024-09"}),
        }  # fmt: skip
        key = f"admission/{supplier.supplier}/{region.short}/{lot}"
        script.add(Moment(day, 8, 25 + n, k), "admissions", OAF, key, "admit-supplier", body)


def _agreement(script: Script) -> None:
    """The agreement itself, with the time in which orders may be placed under it."""
    body = {
        "agreement": AGREEMENT, "name": "Nationellt avtal om hyrbemanning i hälso- och sjukvården",
        "contracting_authority": "Västra Götalandsregionen, 232100-0131",
        "from_on": "2024-01-01", "until_on": "2028-01-01", "lots": list(LOTS),
        "ceiling_ore": 3_800_000_000_000, "registry_number": "RS 202203983", "source": "S1, S2",
    }  # fmt: skip
    script.add(Moment(SETUP, 8, 55), "agreement", OAF, f"agreement/{AGREEMENT}", "register-agreement", body)


def _open_round(script: Script) -> None:
    """The admission round of September 2024, in which the last suppliers of the story are admitted."""
    body = {
        "agreement": AGREEMENT, "round": "2024-09", "lots": list(LOTS), "opened_on": ROUND_OPENS.isoformat(),
        "apply_by": "2024-08-16", "registry_number": "RS 2024-20",
    }  # fmt: skip
    script.add(Moment(ROUND_OPENS, 9), "round", OAF, "round/2024-09", "open-admission-round", body)


def _mandates(script: Script) -> None:
    """Who orders, attests and answers. Whoever administers the rest has a mandate first."""
    _grant(script, OAF, {"role": "central-contract-management"}, 0, Moment(SETUP, 7, 55))
    for n, region in enumerate(REGIONS):
        owns = {"role": "contract-owner", "region": region.region}
        _grant(script, owner(region), owns, 1 + n, Moment(SETUP, 7, 56, n))
    wanted: list[tuple[Who, dict[str, Any]]] = []
    for region in REGIONS:
        wanted.append((orderer(region), {"role": "authorised-orderer", "region": region.region}))
        for unit in region.units:
            role: dict[str, Any] = {"role": "attester", "region": region.region, "units": [unit.unit]}
            wanted.append((attester(region, unit.unit), role))
    wanted += [(portal(s.supplier), {"role": "supplier", "supplier": s.supplier}) for s in SUPPLIERS]
    for n, (who, role) in enumerate(wanted, len(REGIONS) + 1):
        _grant(script, who, role, n, Moment(SETUP, 8, 40, n))


def _grant(script: Script, who: Who, role: dict[str, Any], n: int, moment: Moment) -> None:
    """One mandate, for as long as the story goes; its slot is its minute's."""
    body = {
        "mandate": who.mandate, "agreement": AGREEMENT, "holder": who.actor, **role,
        "from_on": SETUP.isoformat(), "until_on": UNTIL.isoformat(), "registry_number": f"RS 2023-{700 + n}",
    }  # fmt: skip
    slot = {55: "first-mandate", 56: "owners"}.get(moment.minute, "mandates")
    script.add(moment, slot, OAF, f"mandate/{who.mandate}", "grant-mandate", body)


def _consultant(script: Script, one: Consultant, n: int) -> None:
    body = {
        "consultant": one.consultant, "supplier": one.supplier, "profession": PROFESSION[one.lot],
        "own_company": one.own_company,
        "identity": {"name": f"{one.name} ({NOTE})", "personal_identity_number": one.personnummer},
    }  # fmt: skip
    twin = one.human != one.consultant
    moment = Moment(SETUP, 9, 30, 0) if twin else Moment(SETUP, 9, n // 60, n % 60)
    slot = "consultants-twice" if twin else "consultants"
    script.add(
        moment, slot, portal(one.supplier), f"consultant/{one.consultant}", "register-consultant", body
    )
