"""Agreements, admission rounds, admissions, statuses of suppliers, accessions, mandates, successions."""

from ledger.handle.reading import event_of
from tests.cases.phrases import phrase
from tests.cases.phrases.background import AGREEMENT, M_OAF, M_OWNER, OAF, OWNER, REGION


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


@phrase("{actor} delegates {above} to {holder} as mandate {mandate}")
def delegates(world, actor, above, holder, mandate):
    """The same scope as the one above: of an authorised orderer in Jämtland Härjedalen, for all of 2025."""
    body = {
        **world.example("grant-mandate"), "mandate": mandate, "holder": holder, "under": above, "units": [],
        "from_on": "2025-01-01", "until_on": "2026-01-01",
    }  # fmt: skip
    return world.command("grant-mandate", body, actor, above)


@phrase("mandate {mandate} is revoked")
def revoked(world, mandate):
    return world.command("revoke-mandate", {"mandate": mandate, "reason": "Moved"}, OWNER, M_OWNER)


@phrase("{members*} act for mandate {mandate}")
def members_named(world, members, mandate):
    return world.command("name-members", {"mandate": mandate, "members": members}, OWNER, M_OWNER)


@phrase("a source says {region} joined {lot} on {day}")
def accession_claimed(world, region, lot, day):
    body = {**world.example("claim-accession"), "region": region, "lot": lot, "from_on": day}
    return world.command("claim-accession", body, OWNER, M_OWNER)


@phrase("it is settled that {region} joined {lot} on {day}")
def accession_settled(world, region, lot, day):
    """On the newest claim of that day, against the region's recorded accession."""
    found = {"region-acceded": [], "accession-claimed": []}
    for one in world.log.tail():
        name = one.type.split(".")[0]
        happened = event_of(one)
        if name in found and (happened.region, happened.lot) == (region, lot):
            found[name].append((one.position, happened.from_on.isoformat()))
    body = {
        **world.example("settle-accession"), "region": region, "lot": lot, "from_on": day,
        "relied_on": [p for p, claimed in found["accession-claimed"] if claimed == day][-1:],
        "disregarded": [p for p, _ in found["region-acceded"]],
    }  # fmt: skip
    return world.command("settle-accession", body, OAF, M_OAF)


@phrase("booking {booking} of {day} is recorded")
def earlier_booking(world, booking, day):
    """For nurses at u-1, from a month after it was made until the middle of 2025."""
    body = {
        **world.example("record-earlier-booking"), "booking": booking, "unit": "u-1", "supplier": "s-1",
        "booked_on": day, "from_on": day, "until_on": "2025-06-30",
    }  # fmt: skip
    return world.command("record-earlier-booking", body, OWNER, M_OWNER)


@phrase("{supplier} relies on {capacity} of another firm for {purpose} until {day}")
def relies(world, supplier, capacity, purpose, day):
    body = {
        **world.example("rely-on-capacity"), "supplier": supplier, "capacity": capacity, "purpose": purpose,
        "until_on": day,
    }  # fmt: skip
    return world.command("rely-on-capacity", body, OAF, M_OAF)


@phrase("the capacity {capacity} of {supplier} ends on {day}")
def capacity_ends(world, capacity, supplier, day):
    body = {**world.example("end-capacity"), "supplier": supplier, "capacity": capacity, "from_on": day}
    return world.command("end-capacity", body, OAF, M_OAF)


@phrase("{supplier} reports turnover {own} and {relied} of other firms from {begin} until {end}")
def turnover(world, supplier, own, relied, begin, end):
    """In kronor."""
    body = {
        **world.example("report-turnover"), "supplier": supplier, "own_ore": int(own) * 100,
        "relied_ore": int(relied) * 100, "from_on": begin, "until_on": end,
    }  # fmt: skip
    return world.command("report-turnover", body, OAF, M_OAF)


@phrase("{former} is succeeded by {successor} on {day}")
def succeeded(world, former, successor, day):
    body = {
        **world.example("record-supplier-succession"), "former": former, "successor": successor,
        "from_on": day,
    }  # fmt: skip
    return world.command("record-supplier-succession", body, OAF, M_OAF)


@phrase("it is decided that {assignment} of {supplier} is {choice}")
def running_decided(world, assignment, supplier, choice):
    body = {
        **world.example("decide-running-assignments"), "supplier": supplier, "assignments": [assignment],
        "choice": choice,
    }  # fmt: skip
    return world.command("decide-running-assignments", body, OWNER, M_OWNER)
