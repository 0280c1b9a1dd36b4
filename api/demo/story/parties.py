"""What happens to the parties: mandates, interests, accessions, other firms, statuses, successors."""

from datetime import date

from api.demo.story.chapter import DAY, MADE_UP, Chapter, Tale, about, under
from api.demo.story.days import SETUP, SOURCE, next_working, non_working
from api.demo.story.roster import Assignment
from api.demo.story.script import Who
from api.demo.story.setup import OAF, TOO_MANY, attester, owner
from api.demo.story.world import DOCTORS, JAMTLAND, VGR

MAY_FAIL = ("s-kappa", "s-jota", "s-eta", "s-theta")
INTERESTED = JAMTLAND.units[0]
"""The unit whose attesting manager has an interest in a supplier."""


def parties(tale: Tale) -> None:
    """At half past two: what is administered beside the orders."""
    told = tale.chapter("parties", 14, 30)
    _interest(told)
    _accession(told)
    _calendar(told)
    _authority(told)
    running = _running(tale)
    _ended(tale, told)
    _insolvency(tale, told, running)


def _interest(told: Chapter) -> None:
    """A manager who attests time tells that somebody near works for a supplier."""
    who = attester(JAMTLAND, INTERESTED.unit)
    body = about(
        holder=who.actor, supplier="s-alfa", kind="family", from_on=SETUP,
        description=f"Närstående är konsultchef hos leverantören ({MADE_UP})",
    )  # fmt: skip
    told.add(next_working(SETUP, 2), Who(who.client, who.actor), "declare-interest", body)


def _accession(told: Chapter) -> None:
    """A report gives another date for an accession; the region's own decision governs."""
    place = {"region": JAMTLAND.region, "lot": DOCTORS}
    settled = under(
        **place, from_on=JAMTLAND.joins[DOCTORS],
        relied_on={"$positions": [f"accession/{JAMTLAND.short}/{DOCTORS}"]},
        disregarded={"$positions": ["standing/claim"]},
        reasons=f"Regionens eget tilldelningsbeslut anger dagen, rapporten bara sista månaden ({MADE_UP})",
        decided_on=next_working(SETUP, 8), registry_number="RS 2024-50",
    )  # fmt: skip
    told.add(next_working(SETUP, 8), OAF, "settle-accession", settled)


def _calendar(told: Chapter) -> None:
    """The first calendar had a day too many."""
    body = under(
        year=SETUP.year, non_working=[day.isoformat() for day in non_working(SETUP.year)], source=SOURCE,
        reason=f"{TOO_MANY[SETUP.year][0]} är en arbetsdag",
    )  # fmt: skip
    told.add(next_working(SETUP, 10), OAF, "correct-calendar", body)


def _ended(tale: Tale, told: Chapter) -> None:
    """A firm that a supplier relied upon is insolvent; the call-off function's mandate is revoked."""
    day = next_working(tale.last_round, 2)
    ended = under(
        supplier="s-epsilon", capacity="epsilon-turnover", from_on=day - DAY, cause="firm-insolvent",
        source=f"Post- och Inrikes Tidningar ({MADE_UP})",
    )  # fmt: skip
    told.add(day, OAF, "end-capacity", ended)
    revoked = about(mandate="m-funktion-jh", reason="Funktionen har delats mellan två enheter")
    told.add(day, owner(JAMTLAND), "revoke-mandate", revoked)


def _authority(told: Chapter) -> None:
    """A made-up board of the region is taken over by the regional board."""
    body = under(
        region=VGR.region, former="vgr-exempel", successor="vgr-rs", from_on=date(2024, 1, 1),
        cause="transfer", source=f"Fullmäktiges beslut ({MADE_UP})", registry_number="RS 2024-61",
    )  # fmt: skip
    told.add(next_working(SETUP, 6), owner(VGR), "record-entity-succession", body)


def _insolvency(tale: Tale, told: Chapter, running: Assignment) -> None:
    """After the last round a supplier is bankrupt, another takes it over, and running assignments with it."""
    day, former = next_working(tale.last_round, 3), running.consultant.supplier
    successor = next(one for one in MAY_FAIL if one != former)
    status = under(
        supplier=former, status="insolvent", from_on=day - DAY, clause="24.1",
        source=f"Post- och Inrikes Tidningar, konkurs ({MADE_UP})", reasons="Bolaget är försatt i konkurs",
        registry_number=f"RS {day.year}-40",
    )  # fmt: skip
    told.add(day, OAF, "record-supplier-status", status)
    succession = under(
        former=former, successor=successor, from_on=day, cause="transfer",
        source=f"Konkursboets avtal om inkråmet ({MADE_UP})", registry_number=f"RS {day.year}-60",
    )  # fmt: skip
    told.add(next_working(day), OAF, "record-supplier-succession", succession)
    chosen = under(
        supplier=former, region=running.region.region, assignments=[running.assignment],
        choice="goes-to-successor", successor=successor,
        reasons="Konsulten följer med och enheten behöver henne till uppdragets slut",
        registry_number=f"RS {day.year}-41",
    )  # fmt: skip
    told.add(next_working(day, 2), owner(running.region), "decide-running-assignments", chosen)


def _running(tale: Tale) -> Assignment:
    """An assignment of a supplier that may fail, long enough to run when that is decided on."""
    day = next_working(tale.last_round, 5)
    own = (held for held in tale.market.assignments if held.consultant.supplier in MAY_FAIL)
    return next(held for held in own if held.until_on > day and held.ended_on is None)
