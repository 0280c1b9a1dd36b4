"""Orders for other units and periods, receipts, corrections, outages, calendars, and a second region."""

from dataclasses import replace

from ledger.values import instant_text
from tests.cases.phrases import phrase
from tests.cases.phrases.background import M_OAF, OAF, frozen
from tests.cases.phrases.orders import (
    M_ORDERER,
    ORDERER,
    consultant_registered,
    documents,
    published,
    seller,
    when,
)
from tests.cases.story import moment


@phrase("order {order} at {unit} from {begin} to {end} is published to {suppliers*}")
def published_for(world, order, unit, begin, end, suppliers):
    """As every other order, for this unit and period."""
    made = published(world, order, suppliers)
    place = {**made.body["positions"][0], "from_on": begin, "until_on": end}
    return replace(made, body={**made.body, "unit": unit, "positions": [place]})


@phrase("{supplier} offers {consultant} for {order} from {begin} to {end}")
def offers_period(world, supplier, consultant, order, begin, end):
    """A complete offer for the first position and a period of its own."""
    yield from consultant_registered(world, supplier, consultant)
    body = {
        **world.example("submit-offer"), "offer": f"{order}-{supplier}", "order": order, "supplier": supplier,
        "consultant": consultant, "from_on": begin, "until_on": end, "documents": documents(world),
    }  # fmt: skip
    yield world.command("submit-offer", body, *seller(supplier))


@phrase("{supplier} offers {consultant} for {order} without its {kind}")
def offers_incomplete(world, supplier, consultant, order, kind):
    yield from consultant_registered(world, supplier, consultant)
    body = {
        **world.example("submit-offer"), "offer": f"{order}-{supplier}", "order": order, "supplier": supplier,
        "consultant": consultant, "documents": [one for one in documents(world) if one["kind"] != kind],
    }  # fmt: skip
    yield world.command("submit-offer", body, *seller(supplier))


@phrase("{supplier} corrects its offer of {consultant} for {order}")
def corrects(world, supplier, consultant, order):
    """With every document, dated when the offer first came, so that it may have been complete then."""
    yield from consultant_registered(world, supplier, consultant)
    body = {
        **world.example("correct-offer"), "offer": f"{order}-{supplier}", "order": order,
        "supplier": supplier, "consultant": consultant, "documents": documents(world),
    }  # fmt: skip
    yield world.command("correct-offer", body, *seller(supplier))


@phrase("{supplier} withdraws its offer for {order}")
def takes_back(world, supplier, order):
    body = {"offer": f"{order}-{supplier}", "order": order, "supplier": supplier, "reason": "Not available"}
    return world.command("withdraw-offer", body, *seller(supplier))


@phrase("order {order} is withdrawn")
def withdrawn(world, order):
    return world.command("withdraw-order", {"order": order, "reason": "Filled"}, ORDERER, M_ORDERER)


@phrase("{order} reached {supplier} at {time} and was opened at {opened}")
def reached(world, order, supplier, time, opened):
    """As the supplier's channel claims, on the same day."""
    body = {
        "order": order, "supplier": supplier, "received_at": _today(world, time),
        "opened_at": _today(world, opened), "channel": "portal",
    }  # fmt: skip
    return world.command("record-order-receipt", body, *seller(supplier))


@phrase("an outage of {order} on {day} from {begin} to {end} is recorded")
def outage(world, order, day, begin, end):
    body = {
        "order": order, "outage": f"out-{len(world.history())}", "channel": "portal",
        "from_at": _at(day, begin), "until_at": _at(day, end), "evidence": "Operator's log",
    }  # fmt: skip
    return world.command("record-outage", body, OAF, M_OAF)


@phrase("the answer time of {order} is extended to {day} at {time}")
def extended(world, order, day, time):
    body = {"order": order, "answer_by": _at(day, time), "reason": "The portal was down"}
    return world.command("extend-answer-time", body, ORDERER, M_ORDERER)


@phrase("the working days of {year} are corrected")
def corrected(world, year):
    made = frozen(world, year)
    return replace(made, name="correct-calendar", body={**made.body, "reason": "A day was missing"})


@phrase("{region} joins with unit {unit} and orderer {orderer}")
def joins(world, region, unit, orderer):
    """A second region: registered, acceded to nurses, with a unit, an orderer, and s-1 to s-3 admitted."""
    entity = {
        "authority": f"{region}-rs", "name": region, "level": "region", "organisation_number": "232100-0065",
    }  # fmt: skip
    body = {"region": region, "name": region, "entities": [entity], "source": "RS 202203983"}
    yield world.command("register-region", body, OAF, M_OAF)
    yield world.command(
        "register-care-unit",
        {
            "unit": unit, "name": unit, "region": region, "authority": f"{region}-rs",
            "operating_unit": f"site-{unit}", "zone": 3,
        },
        OAF, M_OAF,
    )  # fmt: skip
    joined = {**world.example("record-accession"), "region": region, "lot": "nurses", "from_on": "2024-03-01"}
    yield world.command("record-accession", {**joined, "decided_on": "2024-01-02"}, OAF, M_OAF)
    mandate = {
        **world.example("grant-mandate"), "mandate": f"m-{orderer}", "holder": orderer,
        "role": "authorised-orderer", "region": region, "units": [], "from_on": "2024-01-01",
        "until_on": "2029-01-01",
    }  # fmt: skip
    yield world.command("grant-mandate", mandate, OAF, M_OAF)
    for supplier in ("s-1", "s-2", "s-3"):
        body = {
            **world.example("admit-supplier"), "supplier": supplier, "lot": "nurses", "region": region,
            "from_on": "2024-03-01", "decided_on": "2024-01-02",
        }  # fmt: skip
        yield world.command("admit-supplier", body, OAF, M_OAF)


def _at(day, time):
    return instant_text(moment(f"{day} {time}"))


def _today(world, time):
    return _at(when(world)[:10], time)
