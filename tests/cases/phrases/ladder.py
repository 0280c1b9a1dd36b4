"""Deviations from report to breach notice, and the measures decided on them; all by ÖAF unless said."""

from datetime import timedelta

from ledger.events.base import event_type
from ledger.values import instant_text, local_date, local_instant
from tests.cases.phrases import phrase
from tests.cases.phrases.background import AGREEMENT, AUTHORITY, M_OAF, OAF, REGION
from tests.cases.phrases.orders import seller

DAY = timedelta(days=1)
CLAUSES = {
    "admin-fee": "20.2", "contract-penalty": "20.7", "termination-for-breach": "24.2",
    "termination-by-notice": "24.1",
}  # fmt: skip
RUNGS = {
    "step-down": "none", "admin-fee": "fee-or-penalty", "contract-penalty": "fee-or-penalty",
    "termination-for-breach": "termination", "termination-by-notice": "termination",
}  # fmt: skip


@phrase("{deviation} is reported against {supplier} for {kind} on {day}")
def reported(world, deviation, supplier, kind, day):
    """In Jämtland Härjedalen, for nurses, with a cause of its own."""
    body = {
        "deviation": deviation, "agreement": AGREEMENT, "supplier": supplier, "region": REGION,
        "authority": AUTHORITY, "lot": "nurses", "kind": kind, "occurred_on": day,
        "cause": f"cause-{deviation}", "description": "What happened",
    }  # fmt: skip
    return world.command("report-deviation", body, OAF, M_OAF)


@phrase("{deviation} is communicated")
def communicated(world, deviation):
    body = {"deviation": deviation, "channel": "supplier-portal"}
    return world.command("communicate-deviation", body, OAF, M_OAF)


@phrase("{supplier} replies to {deviation}")
def replied(world, supplier, deviation):
    body = {"deviation": deviation, "admits": False, "reply": "We were told otherwise"}
    return world.command("reply-to-deviation", body, *seller(supplier))


@phrase("{deviation} is upheld")
def upheld(world, deviation):
    return _decided(world, deviation, upheld=True)


@phrase("{deviation} is dismissed")
def dismissed(world, deviation):
    return _decided(world, deviation, upheld=False)


def _decided(world, deviation, *, upheld):
    body = {"deviation": deviation, "upheld": upheld, "reasons": "The supplier was heard"}
    return world.command("decide-deviation", body, OAF, M_OAF)


@phrase("{deviation} is noticed")
def noticed(world, deviation):
    body = {"deviation": deviation, "channel": "letter", "clause": "21"}
    return world.command("serve-breach-notice", body, OAF, M_OAF)


@phrase("{deviation} is withdrawn")
def withdrawn(world, deviation):
    body = {"deviation": deviation, "reasons": "The ward's own mistake"}
    return world.command("withdraw-deviation", body, OAF, M_OAF)


@phrase("{deviation} of {supplier} for {kind} on {day} is reported, heard and upheld")
def heard(world, deviation, supplier, kind, day):
    """Everything but the notice, at once."""
    yield reported(world, deviation, supplier, kind, day)
    yield communicated(world, deviation)
    yield replied(world, supplier, deviation)
    yield upheld(world, deviation)


@phrase("{supplier} breaches by {kind} on {day} as {deviation}")
def breaches(world, supplier, kind, day, deviation):
    """The whole way, from report to breach notice, at once."""
    yield from heard(world, deviation, supplier, kind, day)
    yield noticed(world, deviation)


@phrase("{supplier} breaches in {region} by {kinds*}")
def breaches_often(world, supplier, region, kinds):
    """The whole way for several breaches of the day before, each of its own cause."""
    day = (local_date(world.clock.now()) - DAY).isoformat()
    for kind in kinds:
        number = f"d-{region}-{sum(one.startswith(region) for one in world.known)}"
        world.first_time(f"{region}-{number}")
        for act in breaches(world, supplier, kind, day, number):
            act.body.update({"region": region} if act.name == "report-deviation" else {})
            yield act


def decision_of(world, measure, kind, supplier, deviations):
    """The command that decides a measure of a kind, by the rung and clause that kind has."""
    told_on = local_date(world.clock.now()) - 20 * DAY
    body = {
        **world.example("decide-measure"), "measure": measure, "supplier": supplier, "region": REGION,
        "rung": RUNGS.get(kind, kind), "kind": "quarantine" if kind == "national-quarantine" else kind,
        "clause": CLAUSES.get(kind, "20.3"), "relied_on": positions(world, deviations), "disregarded": [],
        "communicated_at": instant_text(local_instant(told_on, 600)), "replied_at": None,
        "reply_by": instant_text(local_instant(told_on + 15 * DAY, 0)), "ends_on": None,
    }  # fmt: skip
    if RUNGS.get(kind, kind) in {"termination", "national-quarantine"}:
        body["region"] = None
    if "quarantine" in kind:
        body["ends_on"] = (local_date(world.clock.now()) + 30 * DAY).isoformat()
    return world.command("decide-measure", body, OAF, M_OAF)


@phrase("measure {measure} of {kind} is decided against {supplier} on {deviations*}")
def measured(world, measure, kind, supplier, deviations):
    """By ÖAF, communicated twenty days before, fourteen days to reply; a quarantine is for thirty days."""
    return decision_of(world, measure, kind, supplier, deviations)


@phrase("measure {measure} of {kind} is decided against {supplier} without facts")
def measured_without(world, measure, kind, supplier):
    return decision_of(world, measure, kind, supplier, [])


@phrase("measure {measure} of {kind} against {supplier} disregards {disregarded} and rests on {deviations*}")
def measured_disregarding(world, measure, kind, supplier, disregarded, deviations):
    act = decision_of(world, measure, kind, supplier, deviations)
    act.body["disregarded"] = positions(world, [disregarded])
    return act


@phrase("measure {measure} is served")
def served(world, measure):
    return world.command("serve-measure", {"measure": measure, "channel": "letter"}, OAF, M_OAF)


@phrase("measure {measure} is reviewed and kept until a review on {day}")
def reviewed(world, measure, day):
    body = {**world.example("review-measure"), "measure": measure, "review_on": day}
    return world.command("review-measure", body, OAF, M_OAF)


@phrase("measure {measure} is released")
def released(world, measure):
    body = {**world.example("release-measure"), "measure": measure}
    return world.command("release-measure", body, OAF, M_OAF)


def positions(world, deviations):
    """The position of the newest step of each deviation; of a number, that position itself."""
    found = {one: int(one) for one in deviations if one.isdigit()}
    for position, happened in enumerate(world.history(), 1):
        name = getattr(happened, "deviation", None)
        if name in deviations and event_type(happened).name != "deviation-withdrawn":
            found[name] = position
    return [found[name] for name in deviations]


@phrase("{supplier} reports {kind} in {region} as {report}")
def reports(world, supplier, kind, region, report):
    """On unit u-1, of what happened today."""
    body = {
        **world.example("report-region"), "supplier_report": report, "supplier": supplier, "region": region,
        "unit": "u-1", "kind": kind, "occurred_on": local_date(world.clock.now()).isoformat(),
    }  # fmt: skip
    return world.command("report-region", body, *seller(supplier))


@phrase("ÖAF acts on {report}")
def acts(world, report):
    body = {**world.example("act-on-supplier-report"), "supplier_report": report}
    return world.command("act-on-supplier-report", body, OAF, M_OAF)


@phrase("ÖAF concludes {report}")
def concludes(world, report):
    body = {**world.example("conclude-supplier-report"), "supplier_report": report}
    return world.command("conclude-supplier-report", body, OAF, M_OAF)


OFFICER, M_OFFICER = "officer-1", "m-officer"


@phrase("{case} comes in over the whistleblowing channel")
def case_received(world, case):
    body = {**world.example("receive-whistleblowing"), "case": case}
    return world.command("receive-whistleblowing", body, OFFICER, M_OFFICER)


@phrase("the receipt of {case} is acknowledged")
def case_acknowledged(world, case):
    return world.command("acknowledge-whistleblowing", {"case": case}, OFFICER, M_OFFICER)


@phrase("the receipt of {case} is not acknowledged because {why}")
def case_unacknowledged(world, case, why):
    return world.command("omit-acknowledgement", {"case": case, "why": why}, OFFICER, M_OFFICER)


@phrase("{case} is classified as {what}")
def case_classified(world, case, what):
    body = {"case": case, "classification": what, "reasons": "By what was reported"}
    return world.command("classify-whistleblowing", body, OFFICER, M_OFFICER)


@phrase("feedback is given in {case}")
def case_feedback(world, case):
    return world.command("give-whistleblowing-feedback", {"case": case}, OFFICER, M_OFFICER)


@phrase("{case} is closed")
def case_closed(world, case):
    return world.command("close-whistleblowing", {"case": case, "outcome": "remedied"}, OFFICER, M_OFFICER)


@phrase("the data of {case} is disposed of")
def case_disposed(world, case):
    body = {"case": case, "registry_number": "VB 2025-7-3"}
    return world.command("dispose-whistleblowing-data", body, OFFICER, M_OFFICER)
