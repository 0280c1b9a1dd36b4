"""Prices, order messages, invoices, the staff cost and purchases outside the agreement.

An invoice's id is ``i-`` and the number of events before it; it comes from the supplier to the region.
"""

from ledger.values import local_date
from tests.cases.phrases import phrase
from tests.cases.phrases.background import AGREEMENT, AUTHORITY, M_OAF, M_OWNER, OAF, OWNER, REGION
from tests.cases.phrases.orders import M_ORDERER, ORDERER, when
from tests.cases.phrases.shifts import ATTESTER, M_ATTESTER


@phrase("article {article} of {lot} is announced at level {level} from {day}")
def announced(world, article, lot, level, day):
    return _article(world, article, lot, int(level), day)


@phrase("article {article} of {lot} is announced out of use from {day}")
def out_of_use(world, article, lot, day):
    return _article(world, article, lot, None, day)


def _article(world, article, lot, level, day):
    body = {
        "agreement": AGREEMENT, "lot": lot, "article": article, "level": level, "title": article,
        "from_on": day, "announced_to": ["regions", "suppliers"],
    }  # fmt: skip
    return world.command("change-article", body, OAF, M_OAF)


@phrase("the order message of {order} is sent to {parties*}")
def messaged(world, order, parties):
    body = {
        "message": f"BEST-{order}", "assignment": f"a-{order}", "sent_at": when(world), "channel": "peppol",
        "parties": parties,
    }  # fmt: skip
    return world.command("send-order-message", body, ORDERER, M_ORDERER)


@phrase("{supplier} invoices {minutes} minutes of {kind} for {order} on {day} at {price} öre an hour")
def invoiced(world, supplier, minutes, kind, order, day, price):
    """One line; the amount is minutes times price, half an öre up. The article is the order's."""
    amount = (2 * int(minutes) * int(price) + 60) // 120
    return _invoice(world, supplier, order, day, kind, (int(minutes), int(price), amount))


@phrase("{supplier} invoices travel for {order} on {day} at {price} öre")
def travel_invoiced(world, supplier, order, day, price):
    return _invoice(world, supplier, order, day, "travel", (1, int(price), int(price)))


@phrase(
    "{supplier} invoices {minutes} minutes of {kind} for {order} on {day} at {price} öre with {field} {value}"
)
def invoiced_otherwise(world, supplier, minutes, kind, order, day, price, field, value):  # noqa: PLR0917
    """The same line with one field otherwise: another order, assignment, article or amount."""
    amount = (2 * int(minutes) * int(price) + 60) // 120
    made = _invoice(world, supplier, order, day, kind, (int(minutes), int(price), amount))
    made.body["lines"][0][field] = int(value) if field.endswith("_ore") else value
    made.body["total_ore"] = made.body["lines"][0]["amount_ore"]
    return made


def _invoice(world, supplier, order, day, kind, sums):
    concluded = [e for e in world.history() if getattr(e, "assignment", None) == f"a-{order}"]
    article = next((e.article for e in concluded if hasattr(e, "article")), "ssk-1")
    line = {
        "line": 1, "kind": kind, "order": order, "assignment": f"a-{order}", "article": article, "on": day,
        "quantity": sums[0], "unit_ore": sums[1], "amount_ore": sums[2],
    }  # fmt: skip
    number, today = f"i-{len(world.history())}", local_date(world.clock.now()).isoformat()
    body = {
        "invoice": number, "number": number, "agreement": AGREEMENT, "supplier": supplier, "region": REGION,
        "authority": AUTHORITY, "lot": "nurses", "issued_on": today, "total_ore": sums[2], "lines": [line],
    }  # fmt: skip
    return world.command("record-invoice", body, ATTESTER, M_ATTESTER)


@phrase("the newest invoice is accepted")
def accepted(world):
    return _decided(world, "accept-invoice", {})


@phrase("the newest invoice is disputed")
def disputed(world):
    return _decided(world, "dispute-invoice", {"reason": "Not as approved"})


def _decided(world, name, more):
    body = {"invoice": world.last("invoice-recorded").invoice, "lines": [1], **more}
    return world.command(name, body, ATTESTER, M_ATTESTER)


@phrase("{minutes} minutes and {amount} öre of the newest invoice are credited")
def credited(world, minutes, amount):
    body = {
        "invoice": world.last("invoice-recorded").invoice, "line": 1, "credit_note": "K-1",
        "quantity": int(minutes), "amount_ore": int(amount), "credited_at": when(world),
    }  # fmt: skip
    return world.command("credit-invoice-line", body, ATTESTER, M_ATTESTER)


@phrase("the staff cost of {region} for {month} is imported as {ore} öre")
def staff_cost(world, region, month, ore):
    body = {
        "agreement": AGREEMENT, "region": region, "month_on": f"{month}-01", "staff_cost_ore": int(ore),
        "source": f"Månadsrapport {month}", "published_on": f"{month}-01",
    }  # fmt: skip
    return world.command("import-staff-cost", body, OWNER, M_OWNER)


@phrase("purchase {purchase} of {speciality} for {ore} öre from {day} is reported")
def purchased(world, purchase, speciality, ore, day):
    """By the region, for nurses and of a month, booked on its first day."""
    body = {
        **world.example("report-purchase"), "purchase": purchase, "lot": "nurses", "speciality": speciality,
        "booked_on": day, "from_on": day, "until_on": "2025-12-31", "amount_ore": int(ore),
    }  # fmt: skip
    return world.command("report-purchase", body, OWNER, M_OWNER)
