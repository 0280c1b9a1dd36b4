"""What stands about the parties beside admission: counts, claims, capacity, turnover, bookings."""

from typing import Any

from api.demo.story.days import SETUP
from api.demo.story.script import Moment, Script, Who
from api.demo.story.setup import OAF, UNTIL, orderer, owner
from api.demo.story.world import AGREEMENT, DOCTORS, JAMTLAND, LOTS, NOTE, NURSES

UNIT = "call-off-unit-jh"
MEMBERS = ("bestallare-jh-1", "bestallare-jh-2")


def parties(script: Script) -> None:
    """On the first day, after everybody is registered; none of it changes who is sent an order."""
    steps = (*_counts(), *_firms(), *_accessions(), *_function())
    for n, (who, command, key, body) in enumerate(steps):
        told = {"agreement": AGREEMENT, **body} if command != "name-members" else body
        script.add(Moment(SETUP, 9, 40 + n), f"standing-{n}", who, f"standing/{key}", command, told)


Step = tuple[Who, str, str, dict[str, Any]]


def _counts() -> tuple[Step, ...]:
    said = ((DOCTORS, 41, None, "2023-12-06", "S3"), (NURSES, 54, None, "2023-12-06", "S3"))
    return tuple(
        (OAF, "record-supplier-count", f"count/{lot or 'all'}", {
            "lot": lot, "suppliers": suppliers, "tenders": tenders, "on": on, "source": source,
        })
        for lot, suppliers, tenders, on, source in (*said, (None, 32, 74, "2024-01-01", "S1"))
    )  # fmt: skip


def _firms() -> tuple[Step, ...]:
    firm = {"supplier": "s-epsilon", "registry_number": "RS 2023-480", "from_on": "2023-01-01"}
    group = {"firm": f"Exempelkoncernen AB ({NOTE})", "organisation_number": "492000-9014"}
    helper = {"firm": f"Exempelvikarier AB ({NOTE})", "organisation_number": "492000-9022"}
    promise = {"capacity": "epsilon-turnover", "purpose": "turnover", "evidence": "Åtagande i anbudet"}
    year = {"supplier": "s-epsilon", "from_on": "2023-01-01", "until_on": "2024-01-01"}
    accounts = {"evidence": "Revisorsintyg", "source": f"Årsredovisning 2023 ({NOTE})"}
    return (
        (OAF, "rely-on-capacity", "capacity", {**firm, **group, **promise}),
        (OAF, "register-subcontractor", "subcontractor", {**firm, **helper, "kind": "subcontractor"}),
        (OAF, "report-turnover", "turnover", {
            **year, **accounts, "own_ore": 310_000_000, "relied_ore": 260_000_000,
        }),
    )  # fmt: skip


def _accessions() -> tuple[Step, ...]:
    place = {"region": JAMTLAND.region, "lot": DOCTORS}
    booked = {
        **place, "booking": "b-jh-1", "unit": "u-jh-kirurgi", "supplier": "s-alfa", "booked_on": "2023-12-11",
        "from_on": "2024-01-08", "until_on": "2024-03-01", "source": f"Bokningsbekräftelse ({NOTE})",
        "old_terms": f"Regionens tidigare ramavtal ({NOTE})",
    }  # fmt: skip
    claim = {
        **place,
        "from_on": "2024-09-01",
        "source": "S2: stegvis i samtliga regioner fram till september",
    }
    return (
        (owner(JAMTLAND), "claim-accession", "claim", claim),
        (owner(JAMTLAND), "record-earlier-booking", "booking", booked),
    )


def _function() -> tuple[Step, ...]:
    """The call-off unit as a function, delegated by the orderer, with the persons who act for it."""
    mandate = {
        "mandate": "m-funktion-jh", "holder": UNIT, "role": "authorised-orderer", "region": JAMTLAND.region,
        "lots": list(LOTS), "held_as": "function", "members": list(MEMBERS[:1]), "under": "m-avrop-jh",
        "from_on": SETUP.isoformat(), "until_on": UNTIL.isoformat(), "registry_number": "RS 2023-790",
    }  # fmt: skip
    named = {"mandate": "m-funktion-jh", "members": list(MEMBERS)}
    return (
        (orderer(JAMTLAND), "grant-mandate", "function", mandate),
        (owner(JAMTLAND), "name-members", "members", named),
    )
