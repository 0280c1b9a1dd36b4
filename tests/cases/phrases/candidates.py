"""What is recorded about consultants: licences, service, references, employments, placements, spot checks."""

from ledger.events.base import event_type
from ledger.values import instant_text, local_date
from tests.cases.phrases import phrase
from tests.cases.phrases.background import AGREEMENT, OAF, OWNER
from tests.cases.phrases.orders import consultant_registered, seller

M_OAF, M_OWNER = "m-oaf", "m-owner"
JH = "232100-0214"


def proof(world, document="hosp-extract"):
    """A document dated and checked today."""
    today = local_date(world.clock.now()).isoformat()
    return {
        "document": document, "dated_on": today, "checked_by": "supplier quality function",
        "checked_on": today, "reference": "Q/1",
    }  # fmt: skip


@phrase("{supplier} registers {consultant}")
def registers(world, supplier, consultant):
    return consultant_registered(world, supplier, consultant)


@phrase("{supplier} records the licence of {consultant} from {day}")
def licensed(world, supplier, consultant, day):
    yield from consultant_registered(world, supplier, consultant)
    body = {
        "consultant": consultant, "profession": "nurse", "licensed_on": day, "proof": proof(world)
    }  # fmt: skip
    yield world.command("record-licence", body, *seller(supplier))


@phrase("the licence of {consultant} is {state} from {day}")
def licence_changed(world, consultant, state, day):
    body = {
        "consultant": consultant, "profession": "nurse", "state": state, "from_on": day,
        "proof": proof(world), "restriction": "no night work" if state == "restricted" else "",
    }  # fmt: skip
    return world.command("change-licence", body, OAF, M_OAF)


@phrase("{supplier} records the certificate of {consultant} as {speciality} from {day}")
def certified(world, supplier, consultant, speciality, day):
    body = {
        "consultant": consultant, "profession": "nurse", "speciality": speciality, "certified_on": day,
        "proof": proof(world, "specialist-certificate"),
    }  # fmt: skip
    return world.command("record-specialist-certificate", body, *seller(supplier))


@phrase("{supplier} records {share} % service of {consultant} in {country} from {begin} until {end}")
def served(world, supplier, share, consultant, country, begin, end):
    """Clinical service as a nurse; the period is half-open."""
    yield from consultant_registered(world, supplier, consultant)
    body = {
        "consultant": consultant, "profession": "nurse", "country": country, "from_on": begin,
        "until_on": end, "share_ppm": int(share) * 10_000, "proof": proof(world, "service-certificate"),
    }  # fmt: skip
    yield world.command("record-experience", body, *seller(supplier))


@phrase("{supplier} has asked a {role} about {consultant}, who {result}")
def reference(world, supplier, role, consultant, result):
    yield from consultant_registered(world, supplier, consultant)
    body = {
        "consultant": consultant, "taken_on": local_date(world.clock.now()).isoformat(),
        "taken_by": "supplier quality function", "referee_role": role, "result": result,
    }  # fmt: skip
    yield world.command("check-reference", body, *seller(supplier))


@phrase("the region records that {consultant} was {form} staff from {begin} until {end}")
def employed(world, consultant, form, begin, end):
    """At the region's own legal person; the period is half-open."""
    return _employment(world, consultant, form, begin, end)


@phrase("the region records that {consultant} is {form} staff since {begin}")
def employed_still(world, consultant, form, begin):
    return _employment(world, consultant, form, begin, None)


def _employment(world, consultant, form, begin, end):
    body = {
        "consultant": consultant, "employer": JH, "form": form, "from_on": begin, "until_on": end,
        "source": "Certificate of employment",
    }  # fmt: skip
    return world.command("record-employment", body, OWNER, M_OWNER)


@phrase("the newest {name} about {consultant} is voided")
def voided(world, name, consultant):
    position = max(
        n
        for n, happened in enumerate(world.history(), 1)
        if event_type(happened).name == name and happened.consultant == consultant
    )
    body = {"consultant": consultant, "voided": position, "reason": "It was another person's"}
    return world.command("void-evidence", body, OAF, M_OAF)


@phrase("{consultant} was placed at {site} through {company} from {begin} until {end}")
def placed(world, consultant, site, company, begin, end):
    body = {
        "consultant": consultant, "operating_unit": site, "company": company, "from_on": begin,
        "until_on": end, "source": "Certificate of assignment",
    }  # fmt: skip
    return world.command("record-earlier-placement", body, OAF, M_OAF)


@phrase("the region settles the placement of {consultant} at {site} by {how}")
def settled(world, consultant, site, how):
    body = {
        "consultant": consultant, "operating_unit": site, "how": how,
        "on": local_date(world.clock.now()).isoformat(), "registry_number": "RS/140/2025",
    }  # fmt: skip
    return world.command("settle-placement", body, OWNER, M_OWNER)


@phrase("spot check {check} of {supplier} is frozen for {begin} until {end}")
def frozen(world, check, supplier, begin, end):
    body = {
        **world.example("freeze-pension-population"), "spot_check": check, "agreement": AGREEMENT,
        "supplier": supplier, "from_on": begin, "until_on": end,
    }  # fmt: skip
    return world.command("freeze-pension-population", body, OAF, M_OAF)


@phrase("the sample of {check} is drawn by {value}")
def drawn(world, check, value):
    body = {
        **world.example("draw-pension-sample"), "spot_check": check, "value": value,
        "fixed_at": instant_text(world.clock.now()),
    }  # fmt: skip
    return world.command("draw-pension-sample", body, OAF, M_OAF)


@phrase("{supplier} shows {paid} öre paid for {pay} öre of pay to {consultant}, {months} months of {year}")
def shown(world, supplier, paid, pay, consultant, months, year):
    """In the spot check that was frozen last."""
    check = world.last("pension-population-frozen").spot_check
    body = {
        "spot_check": check, "consultant": consultant, "kind": "statement", "year": int(year),
        "months": int(months), "pay_ore": int(pay), "paid_ore": int(paid),
        "proof": proof(world, "insurer-statement"),
    }  # fmt: skip
    return world.command("record-pension-evidence", body, *seller(supplier))


@phrase("an auditor certifies the pension of {consultant} for {supplier} in {check}")
def certificate(world, consultant, supplier, check):
    body = {
        "spot_check": check, "consultant": consultant, "kind": "auditor-certificate", "year": 2025,
        "months": 6, "proof": proof(world, "auditor-certificate"),
    }  # fmt: skip
    return world.command("record-pension-evidence", body, *seller(supplier))


@phrase("spot check {check} is concluded")
def concluded(world, check):
    body = {"spot_check": check, "reasons": "What was shown has been gone through"}
    return world.command("conclude-pension-check", body, OAF, M_OAF)


@phrase("in {region} {former} is succeeded by the authority {successor} on {day}")
def entity_succeeded(world, region, former, successor, day):
    body = {
        **world.example("record-entity-succession"), "agreement": AGREEMENT, "region": region,
        "former": former, "successor": successor, "from_on": day,
    }  # fmt: skip
    return world.command("record-entity-succession", body, OAF, M_OAF)
