"""A spot check of occupational pensions: population, sample by a public value, evidence, result."""

from datetime import date

from api.demo.story.chapter import DAY, MADE_UP, Chapter, Tale, about, under
from api.demo.story.days import next_working
from api.demo.story.market import BEACON
from api.demo.story.people import Consultant
from api.demo.story.script import Moment
from api.demo.story.setup import OAF, portal
from ledger.facts.spot_checks import sample_of, sample_size
from ledger.values import instant_text, plus_months

CHECK, SUPPLIER, ROUND = "sc-1", "s-alfa", 5120
MONTHS, SHARE_PPM, LEAST = 6, 100_000, 3
PAY_ORE, PREMIUM_ORE = 24_000_000, 1_080_000
"""The pay of half a year in öre, and the premium on it that the policy expects."""


def pensions(tale: Tale) -> None:
    """At a quarter to three, in the eighth month at the latest."""
    told = tale.chapter("pensions", 14, 45)
    month = tale.pace.months[: MONTHS + 2][-1]
    day = next_working(month.rounds[-1], 4)
    until_on = month.first.replace(day=1)
    from_on = plus_months(until_on, -MONTHS)
    frozen = under(
        spot_check=CHECK, supplier=SUPPLIER, registry_number=f"RS {day.year}-310", from_on=from_on,
        until_on=until_on, beacon=BEACON, round=ROUND,
    )  # fmt: skip
    told.add(day, OAF, "freeze-pension-population", frozen)
    drawn_on, value = next_working(day, 2), tale.dice.token(32, "beacon", CHECK)
    drawn = about(
        spot_check=CHECK, beacon=BEACON, round=ROUND, value=value,
        fixed_at=instant_text(Moment(drawn_on, 12).at),
    )  # fmt: skip
    told.add(drawn_on, OAF, "draw-pension-sample", drawn)
    for n, one in enumerate(_sample(tale, from_on, until_on, value)):
        _evidence(told, next_working(drawn_on, 5 + n), one, n)
    reasons = "Två av intygen visar full premie; ett visar för lite och har rapporterats till leverantören"
    ended = about(spot_check=CHECK, reasons=f"{reasons} ({MADE_UP})")
    told.add(next_working(drawn_on, 20), OAF, "conclude-pension-check", ended)


def _sample(tale: Tale, from_on: date, until_on: date, value: str) -> list[Consultant]:
    """Who is drawn among those with a contract in the period."""
    within = {
        held.consultant.consultant: held.consultant
        for held in tale.market.assignments
        if held.consultant.supplier == SUPPLIER and held.from_on < until_on and from_on < held.until_on
    }
    drawn = sample_of(within, value, sample_size(len(within), SHARE_PPM, LEAST))
    return [within[one] for one in drawn]


def _evidence(told: Chapter, day: date, one: Consultant, n: int) -> None:
    """A statement that is enough, one that is not, and certificates of the auditor for the rest."""
    paid = {0: PREMIUM_ORE, 1: PREMIUM_ORE // 2}.get(n)
    amounts = {} if paid is None else {"pay_ore": PAY_ORE, "paid_ore": paid}
    kind = "own-company" if one.own_company else "statement" if amounts else "auditor-certificate"
    document = "insurer-statement" if kind == "statement" else kind
    body = about(
        spot_check=CHECK, consultant=one.consultant, kind=kind, year=day.year, months=MONTHS,
        **({} if one.own_company else amounts),
        proof={
            "document": document, "dated_on": str(day - DAY), "checked_by": "leverantörens ekonomifunktion",
            "checked_on": str(day), "reference": f"{MADE_UP} {n + 1}",
        },
    )  # fmt: skip
    told.add(day, portal(SUPPLIER), "record-pension-evidence", body)
