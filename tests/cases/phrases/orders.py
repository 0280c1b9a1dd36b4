"""Orders, offers, awards and what follows them.

An offer's id is the order's and the supplier's (``o-1-s-1``), an assignment's ``a-`` and the order's.
"""

from dataclasses import replace

from ledger.events.assignments import ConfirmationLate
from ledger.values import MINUTE_US, instant_text, local_date
from tests.cases.phrases import phrase
from tests.cases.phrases.background import AGREEMENT, AUTHORITY, M_OAF, OAF, REGION, UNIT
from tests.cases.story import moment
from tests.store.identities import synthetic

ORDERER, M_ORDERER = "orderer-1", "m-orderer"
DRAW = {"beacon": "public-beacon", "round": 4711}


def seller(supplier):
    """The actor and the mandate of a supplier."""
    return f"seller-{supplier}", f"m-{supplier}"


def when(world):
    """Now, as the door writes it."""
    return instant_text(world.clock.now())


def hours_later(world, hours):
    """So many hours from now, as the door writes it."""
    return instant_text(world.clock.now() + hours * 60 * MINUTE_US)


@phrase("order {order} is published to {suppliers*}")
def published(world, order, suppliers):
    """By the authorised orderer, for a nurse at u-1 from 7 April to 30 June 2025, answers within 48 hours."""
    told = [{"supplier": one, "notified_at": when(world), "channel": "ledger"} for one in suppliers]
    body = {
        "order": order, "agreement": AGREEMENT, "region": REGION, "unit": UNIT, "lot": "nurses",
        "registry_number": "RS/100/2025", "profession": "nurse", "reason": "Vacancy during recruitment",
        "positions": world.example("publish-order")["positions"], "answer_by": hours_later(world, 48),
        "notifications": told, "draw": DRAW,
    }  # fmt: skip
    return world.command("publish-order", body, ORDERER, M_ORDERER)


@phrase("{supplier} offers {consultant} for {order}")
def offers(world, supplier, consultant, order):
    """A complete offer for the first position, at the door; the consultant is registered if that is new."""
    actor, mandate = seller(supplier)
    yield from consultant_registered(world, supplier, consultant)
    body = {
        **world.example("submit-offer"), "offer": f"{order}-{supplier}", "order": order, "supplier": supplier,
        "consultant": consultant, "documents": documents(world),
    }  # fmt: skip
    yield world.command("submit-offer", body, actor, mandate)


def consultant_registered(world, supplier, consultant):
    """The consultant's registration by a supplier, the first time."""
    if world.first_time(consultant):
        identity = {
            "name": "Testperson",
            "personal_identity_number": synthetic(serial=980 + len(world.known) % 20),
        }
        body = {
            "consultant": consultant, "supplier": supplier, "profession": "nurse", "own_company": False,
            "identity": identity,
        }  # fmt: skip
        yield world.command("register-consultant", body, *seller(supplier))


@phrase("{order} is awarded")
def awarded(world, order):
    return world.command("award-order", {"order": order}, ORDERER, M_ORDERER)


@phrase("{order} is awarded to {offer}")
def awarded_to(world, order, offer):
    return world.command("award-order", {"order": order, "offer": offer}, ORDERER, M_ORDERER)


@phrase("the seed {value} of {order} is recorded")
def seeded(world, value, order):
    body = {"order": order, **DRAW, "value": value, "fixed_at": when(world)}
    return world.command("record-draw-seed", body, OAF, "m-oaf")


@phrase("the acceptance of {order} reaches {supplier}")
def accepted(world, order, supplier):
    body = {"order": order, "offer": f"{order}-{supplier}", "channel": "ledger"}
    return world.command("accept-award", body, ORDERER, M_ORDERER)


@phrase("{supplier} confirms {order}")
def confirmed(world, supplier, order):
    body = {"order": order, "offer": f"{order}-{supplier}", "supplier": supplier, "channel": "ledger"}
    return world.command("confirm-assignment", body, *seller(supplier))


@phrase("the lateness of {supplier} on {order} is excused by an outage on {day} from {begin} to {end}")
def excused(world, supplier, order, day, begin, end):
    """By the orderer, on the operator's log."""
    span = {"from_at": f"{day} {begin}", "until_at": f"{day} {end}"}
    body = {
        "order": order, "offer": f"{order}-{supplier}", "channel": "portal",
        **{name: instant_text(moment(text)) for name, text in span.items()},
        "evidence": "Operator's log, incident 18", "reason": "The portal took no confirmations",
    }  # fmt: skip
    return world.command("excuse-lateness", body, ORDERER, M_ORDERER)


@phrase("{supplier} is reported for the late confirmation of {order} as {deviation}")
def reported_late(world, supplier, order, deviation):
    """On the late confirmation itself as its fact."""
    at = next(p for p, e in enumerate(world.history(), 1) if isinstance(e, ConfirmationLate))
    body = {
        "deviation": deviation, "agreement": AGREEMENT, "supplier": supplier, "region": REGION,
        "authority": AUTHORITY, "lot": "nurses", "order": order, "kind": "late-confirmation",
        "occurred_on": local_date(world.clock.now()).isoformat(), "cause": f"late-{order}", "facts": [at],
        "description": "The confirmation came too late",
    }  # fmt: skip
    return world.command("report-deviation", body, OAF, M_OAF)


@phrase("the award of {order} to {supplier} lapses because {cause}")
def lapsed(world, order, supplier, cause):
    body = {"order": order, "offer": f"{order}-{supplier}", "cause": cause, "reason": "It came to nothing"}
    return world.command("lapse-award", body, ORDERER, M_ORDERER)


@phrase("the contract of {order} with {supplier} is concluded")
def concluded(world, order, supplier):
    body = {
        **world.example("conclude-contract"),
        "assignment": f"a-{order}",
        "order": order,
        "offer": f"{order}-{supplier}",
    }
    return world.command("conclude-contract", body, ORDERER, M_ORDERER)


@phrase("{supplier} gets order {order} for {consultant} at {unit} from {begin} to {end}")
def assigned(world, supplier, order, consultant, unit, begin, end):
    """The whole way from publication to contract, within two days and five minutes."""
    made = dict(published(world, order, [supplier]).body, unit=unit)
    made["positions"] = [{**made["positions"][0], "from_on": begin, "until_on": end}]
    yield world.command("publish-order", made, ORDERER, M_ORDERER)
    yield from consultant_registered(world, supplier, consultant)
    body = {
        **world.example("submit-offer"), "offer": f"{order}-{supplier}", "order": order, "supplier": supplier,
        "consultant": consultant, "from_on": begin, "until_on": end, "documents": documents(world),
    }  # fmt: skip
    yield world.command("submit-offer", body, *seller(supplier), minutes=1)
    yield world.command("award-order", {"order": order}, ORDERER, M_ORDERER, minutes=48 * 60)
    yield replace(accepted(world, order, supplier), minutes=1)
    yield replace(confirmed(world, supplier, order), minutes=1)
    yield replace(concluded(world, order, supplier), minutes=1)


def documents(world):
    """The documents of a complete offer, all dated today."""
    today = local_date(world.clock.now()).isoformat()
    return [{**one, "dated_on": today} for one in world.example("submit-offer")["documents"]]


@phrase("the assignment of {order} is cancelled by the {side} from {day}")
def cancelled(world, order, side, day):
    who = (
        (ORDERER, M_ORDERER)
        if side == "region"
        else seller(world.last("contract-concluded", order=order).supplier)
    )
    body = {"assignment": f"a-{order}", "by": side, "from_on": day, "cause": "Ward closed"}
    return world.command("cancel-assignment", body, *who)


@phrase("{consultant} and {other} are found to be one human")
def linked(world, consultant, other):
    body = {**world.example("link-consultants"), "consultant": consultant, "same_as": other}
    return world.command("link-consultants", body, OAF, "m-oaf")
