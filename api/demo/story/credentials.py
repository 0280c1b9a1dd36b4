"""What the consultants can show: licences, certificates, service, references; and two who may not work."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from api.demo.story.chapter import DAY, MADE_UP, Chapter, Tale, about
from api.demo.story.days import SETUP, next_working, working
from api.demo.story.people import Consultant
from api.demo.story.setup import OAF, owner, portal
from api.demo.story.world import DOCTORS, PROFESSION

CHECKER = "leverantörens kvalitetsfunktion"
FULL_TIME, LEAST_SHARE = 1_000_000, 750_000
REFERENCES_EVERY = 4


def credentials(tale: Tale) -> None:
    """Everything recorded about consultants, at eleven o'clock."""
    told = tale.chapter("credentials", 11, 0)
    _licences(tale, told)
    _service(tale, told, SETUP, date(SETUP.year - 6, 1, 1), date(SETUP.year, 1, 1))
    for month in tale.pace.months[1:]:
        if month.first.month == 1:
            year = month.first.year
            _service(tale, told, working(date(year, 1, 7)), date(year - 1, 1, 1), date(year, 1, 1))
    _references(tale, told)
    _placements(tale, told)
    _same_human(tale, told)


def proof(document: str, on: date) -> dict[str, Any]:
    """A document of a date, checked by the supplier on the same day."""
    return {
        "document": document, "dated_on": str(on), "checked_by": CHECKER, "checked_on": str(on),
        "reference": f"{MADE_UP} {on}",
    }  # fmt: skip


def _licences(tale: Tale, told: Chapter) -> None:
    """A licence of everybody, and a specialist certificate of every doctor."""
    licences = [(one, tale.dice.between(2005, 2016, "licensed", one.consultant)) for one in tale.people]
    bodies = [
        (portal(one.supplier), _licence(one, date(year, 6, 12)), f"{one.consultant}/licence")
        for one, year in licences
    ]
    told.together(SETUP, bodies, "record-licence")
    doctors = [(one, year) for one, year in licences if one.lot == DOCTORS]
    certificates = [
        (portal(one.supplier), _certificate(one, date(year + 5, 1, 20)), f"{one.consultant}/certificate")
        for one, year in doctors
    ]
    told.together(SETUP, certificates, "record-specialist-certificate")


def _licence(one: Consultant, on: date) -> dict[str, Any]:
    return about(
        consultant=one.consultant, profession=PROFESSION[one.lot], licensed_on=on,
        proof=proof("hosp-extract", SETUP - 20 * DAY),
    )  # fmt: skip


def _certificate(one: Consultant, on: date) -> dict[str, Any]:
    return about(
        consultant=one.consultant, profession=PROFESSION[one.lot], speciality="specialist-doctor",
        certified_on=on, proof=proof("specialist-certificate", SETUP - 20 * DAY),
    )  # fmt: skip


def _service(tale: Tale, told: Chapter, day: date, from_on: date, until_on: date) -> None:
    """Service in Sweden over some years, between three quarters of full time and all of it."""
    bodies = []
    for one in tale.people:
        steps = tale.dice.between(0, 5, "share", one.consultant, until_on)
        body = about(
            consultant=one.consultant, profession=PROFESSION[one.lot], clinical=True, country="se",
            from_on=from_on, until_on=until_on,
            share_ppm=min(FULL_TIME, LEAST_SHARE + 50_000 * steps),
            proof=proof("service-certificate", until_on),
        )  # fmt: skip
        bodies.append((portal(one.supplier), body, f"{one.consultant}/service/{until_on}"))
    told.together(day, bodies, "record-experience")


def _references(tale: Tale, told: Chapter) -> None:
    """Two references about some; one of them stands under the wrong consultant and is voided."""
    bodies = []
    for one in tale.people[::REFERENCES_EVERY]:
        for n, role in enumerate(("head-of-unit", "medical-director")):
            taken_on = SETUP - tale.dice.between(10, 200, "reference", one.consultant, n) * DAY
            bodies.append((portal(one.supplier), _reference(one, taken_on, role), f"{one.consultant}/r{n}"))
    told.together(SETUP, bodies, "check-reference")
    wrong, day = tale.people[1], next_working(SETUP, 4)
    mistaken = _reference(wrong, SETUP, "head-of-unit")
    key = told.add(day, portal(wrong.supplier), "check-reference", mistaken)
    body = about(
        consultant=wrong.consultant, voided={"$position": key}, reason="Referensen gällde en annan konsult"
    )
    told.add(next_working(day), portal(wrong.supplier), "void-evidence", body)


def _reference(one: Consultant, on: date, role: str) -> dict[str, Any]:
    return about(
        consultant=one.consultant, taken_on=on, taken_by=CHECKER, referee_role=role, result="recommends"
    )


def _placements(tale: Tale, told: Chapter) -> None:
    """Time at a site before the ledger, through another company; later the region makes an offer."""
    held = next(tale.held())
    one, site = held.consultant, held.unit.operating_unit
    earlier = about(
        consultant=one.consultant, operating_unit=site, company="492000-9991", from_on=date(2023, 1, 9),
        until_on=date(2023, 12, 23), source=f"Uppdragsintyg av ett tidigare bolag ({MADE_UP})",
    )  # fmt: skip
    told.add(next_working(SETUP), portal(one.supplier), "record-earlier-placement", earlier)
    day = next_working(tale.last_round, 2)
    settled = about(
        consultant=one.consultant, operating_unit=site, how="offer", on=day - DAY,
        registry_number=f"{held.region.short.upper()} {day.year}-140",
    )  # fmt: skip
    told.add(day, owner(held.region), "settle-placement", settled)


def _same_human(tale: Tale, told: Chapter) -> None:
    """After the last award two ids turn out to be one human's, by the licence number."""
    first, second = (one for one in _unlinked(tale) if one.supplier in ("s-eta", "s-theta"))
    body = about(
        consultant=first.consultant, same_as=second.consultant,
        basis=f"Samma legitimationsnummer i HOSP ({MADE_UP})",
    )  # fmt: skip
    told.add(next_working(tale.last_round, 3), OAF, "link-consultants", body)


def _unlinked(tale: Tale) -> Iterator[Consultant]:
    """The last registered of each supplier."""
    return (one for one, after in zip(tale.people, (*tale.people[1:], None), strict=True)
            if after is None or after.supplier != one.supplier)  # fmt: skip
