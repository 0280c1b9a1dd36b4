"""Assignments after their contract: substitution, schedules, several systems, traces, interests."""

from datetime import date, timedelta
from hashlib import sha256

from tests.cases.phrases import phrase
from tests.cases.phrases.background import AGREEMENT, M_OWNER, OAF, OWNER, REGION
from tests.cases.phrases.orders import (
    M_ORDERER,
    ORDERER,
    consultant_registered,
    documents,
    seller,
)
from tests.cases.phrases.shifts import ATTESTER, M_ATTESTER, minute


@phrase("{supplier} proposes {consultant} in {order} from {day} because {reason}")
def substitution_proposed(world, supplier, consultant, order, day, reason):
    """With all the documents an offer needs, dated today."""
    yield from consultant_registered(world, supplier, consultant)
    body = {
        "assignment": f"a-{order}", "consultant": consultant, "from_on": day, "reason": reason,
        "documents": documents(world),
    }  # fmt: skip
    yield world.command("propose-substitution", body, *seller(supplier))


@phrase("the substitution in {order} is accepted")
def substitution_accepted(world, order):
    return world.command("accept-substitution", {"assignment": f"a-{order}"}, ORDERER, M_ORDERER)


@phrase("the substitution in {order} is refused")
def substitution_refused(world, order):
    body = {"assignment": f"a-{order}", "reason": "The unit needs somebody who knows its patients"}
    return world.command("refuse-substitution", body, ORDERER, M_ORDERER)


@phrase("{order} changes to {consultant} of {supplier} from {day}")
def substituted(world, order, consultant, supplier, day):
    """Proposed and accepted."""
    yield from substitution_proposed(world, supplier, consultant, order, day, "unavailable")
    yield substitution_accepted(world, order)


@phrase("what follows from cancelling {order} is decided: {consequence}")
def consequence_decided(world, order, consequence):
    body = {"assignment": f"a-{order}", "consequence": consequence, "reasons": "Heard both sides"}
    return world.command("decide-cancellation-consequence", body, OWNER, M_OWNER)


@phrase("{order} is planned on {days*}")
def planned(world, order, days):
    """Day shifts from 07:00 to 15:30, in place of whatever was planned from the first to the last date."""
    body = {
        "assignment": f"a-{order}", "from_on": min(days),
        "until_on": (date.fromisoformat(max(days)) + timedelta(days=1)).isoformat(),
        "shifts": [
            {"on": day, "start_minute": minute("07:00"), "end_minute": minute("15:30"), "break_minutes": 30}
            for day in days
        ],
    }  # fmt: skip
    return world.command("record-schedule", body, ORDERER, M_ORDERER)


@phrase("{system} reports {order} on {day} from {start} to {end}")
def reported_by(world, system, order, day, start, end):
    return _report(world, system, order, day, start, end)


@phrase("{system} reports {order} on {day} from {start} to {end} worked by {consultant}")
def reported_for(world, system, order, day, start, end, consultant):
    """By a consultant of the supplier who is not the one agreed."""
    supplier = world.last("contract-concluded", order=order).supplier
    yield from consultant_registered(world, supplier, consultant)
    yield _report(world, system, order, day, start, end, consultant=consultant)


@phrase("{system} reports unknown row {row} on {day} from {start} to {end}")
def reported_unknown(world, system, row, day, start, end):
    """For an assignment that does not exist."""
    return _report(world, system, row, day, start, end)


def _report(world, system, order, day, start, end, **more):
    number = f"r-{len(world.history())}"
    row = {
        "line": 2, "row": number, "assignment": f"a-{order}", "on": day, "start_minute": minute(start),
        "end_minute": minute(end), "break_minutes": 30, **more,
    }  # fmt: skip
    body = {
        "report": number, "agreement": AGREEMENT, "region": REGION, "system": system, "encoding": "utf-8",
        "file_digest": sha256(number.encode()).hexdigest(), "lines": 1, "rows": [row], "broken": [],
    }  # fmt: skip
    return world.command("submit-time-report", body, OAF, "m-oaf", trust="imported")


@phrase("the newest shift of {order} is corrected to {day} from {start} to {end}")
def corrected(world, order, day, start, end):
    shift = world.last("shift-reported", assignment=f"a-{order}").shift
    body = {
        "assignment": f"a-{order}", "shift": shift, "on": day, "start_minute": minute(start),
        "end_minute": minute(end), "break_minutes": 30, "reason": "The roster shows other hours",
    }  # fmt: skip
    return world.command("correct-shift", body, ATTESTER, M_ATTESTER)


@phrase("{holder} declares an interest in {supplier} from {day}")
def interested(world, holder, supplier, day):
    body = {"holder": holder, "supplier": supplier, "kind": "employment", "from_on": day}
    return world.command("declare-interest", body, holder)


@phrase("a {kind} of {tied} ties {consultant} to {unit} from {begin} until {end}")
def traced(world, kind, tied, consultant, unit, begin, end):
    """Tied at nine in the morning of a winter's day."""
    body = {
        "trace": f"tr-{len(world.history())}", "agreement": AGREEMENT, "consultant": consultant, "unit": unit,
        "kind": kind, "from_on": begin, "until_on": end, "tied_at": f"{tied}T09:00:00+01:00",
        "source": "Print of the ward's schedule",
    }  # fmt: skip
    return world.command("record-booking-trace", body, OWNER, M_OWNER)


@phrase("{consultant} of {supplier} worked {minutes} minutes at {unit} on {day} without an order")
def unordered(world, consultant, supplier, minutes, unit, day):
    yield from consultant_registered(world, supplier, consultant)
    body = {
        "report": f"uw-{len(world.history())}", "agreement": AGREEMENT, "consultant": consultant,
        "supplier": supplier, "unit": unit, "lot": "nurses", "on": day, "worked_minutes": int(minutes),
        "told_by": "invoice", "source": "Invoice 4711, line 3",
    }  # fmt: skip
    yield world.command("report-unordered-work", body, OWNER, M_OWNER)
