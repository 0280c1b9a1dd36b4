"""Agreements, admission rounds, admissions, statuses of suppliers, accessions, mandates, successions."""

from tests.cases.phrases import phrase
from tests.cases.phrases.background import AGREEMENT, M_OAF, OAF, REGION


@phrase("agreement {agreement} runs from {begin} until {end}")
def agreement_registered(world, agreement, begin, end):
    body = {
        **world.example("register-agreement"), "agreement": agreement, "from_on": begin, "until_on": end
    }  # fmt: skip
    return world.command("register-agreement", body, OAF, M_OAF)


@phrase("the admission round of {round} is opened")
def round_opened(world, round):  # noqa: A002  the word of the sentence
    year = round[:4]
    body = {
        **world.example("open-admission-round"), "round": round, "opened_on": f"{int(year) - 1}-12-15",
        "apply_by": f"{year}-01-31",
    }  # fmt: skip
    return world.command("open-admission-round", body, OAF, M_OAF)


@phrase("{supplier} is registered")
def registered(world, supplier):
    number = f"559998-{1000 + len(world.known):04}"
    world.first_time(supplier)
    body = {
        "supplier": supplier, "name": f"Exempelbemanning {supplier} AB", "organisation_number": number
    }  # fmt: skip
    return world.command("register-supplier", body, OAF, M_OAF)


@phrase("{supplier} is admitted for {lot}, decided {day}")
def admitted_on(world, supplier, lot, day):
    """In Jämtland Härjedalen, from the day of the decision, without a reason."""
    body = {
        **world.example("admit-supplier"), "supplier": supplier, "lot": lot, "region": REGION,
        "from_on": day, "decided_on": day, "reason": "",
    }  # fmt: skip
    return world.command("admit-supplier", body, OAF, M_OAF)


@phrase("a source counts {count} suppliers of {tenders} tenders on {day}")
def counted(world, count, tenders, day):
    body = {
        "agreement": AGREEMENT, "on": day, "suppliers": int(count), "tenders": int(tenders), "source": "S1"
    }  # fmt: skip
    return world.command("record-supplier-count", body, OAF, M_OAF)


@phrase("{supplier} is {status} from {day}")
def status(world, supplier, status, day):
    body = {**world.example("record-supplier-status"), "supplier": supplier, "status": status, "from_on": day}
    if status in {"admitted", "paused", "excluded"}:
        body["decided_on"] = day
    return world.command("record-supplier-status", body, OAF, M_OAF)
