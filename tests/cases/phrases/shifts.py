"""Worked time: a report of one shift, and its approval."""

from datetime import date, timedelta
from hashlib import sha256

from tests.cases.phrases import phrase
from tests.cases.phrases.background import AGREEMENT, OAF, REGION

ATTESTER, M_ATTESTER = "attester-1", "m-attester"


@phrase("{order} is worked on {day} from {start} to {end}")
def worked(world, order, day, start, end):
    """Reported by Heroma in a file of its own, with half an hour's break; not approved yet."""
    number = f"r-{len(world.history())}"
    row = {
        "line": 2, "row": number, "assignment": f"a-{order}", "on": day, "start_minute": minute(start),
        "end_minute": minute(end), "break_minutes": 30,
    }  # fmt: skip
    body = {
        "report": number, "agreement": AGREEMENT, "region": REGION, "system": "heroma", "encoding": "utf-8",
        "file_digest": sha256(number.encode()).hexdigest(), "lines": 1, "rows": [row], "broken": [],
    }  # fmt: skip
    return world.command("submit-time-report", body, OAF, "m-oaf", trust="imported")


@phrase("the newest shift of {order} is approved")
def approved(world, order):
    shift = world.last("shift-reported", assignment=f"a-{order}").shift
    body = {"assignment": f"a-{order}", "shifts": [shift]}
    return world.command("approve-shifts", body, ATTESTER, M_ATTESTER)


@phrase("{order} is worked and approved on {day} from {start} to {end}")
def worked_and_approved(world, order, day, start, end):
    yield worked(world, order, day, start, end)
    yield approved(world, order)


@phrase("the newest shift of {order} is voided")
def voided(world, order):
    shift = world.last("shift-reported", assignment=f"a-{order}").shift
    body = {"assignment": f"a-{order}", "shift": shift, "reason": "Reported on the wrong assignment"}
    return world.command("void-shift", body, ATTESTER, M_ATTESTER)


def minute(text):
    """Minutes after midnight of a time of day such as 07:30."""
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


@phrase("{order} is worked and approved on {count} days from {day} on")
def worked_for_days(world, order, count, day):
    """Day after day, weekends too, from 07:00 to 15:30: eight hours each, reported in one file."""
    number = f"r-{len(world.history())}"
    days = [(date.fromisoformat(day) + timedelta(days=n)).isoformat() for n in range(int(count))]
    rows = [
        {
            "line": line, "row": f"{number}-{line}", "assignment": f"a-{order}", "on": on,
            "start_minute": minute("07:00"), "end_minute": minute("15:30"), "break_minutes": 30,
        }
        for line, on in enumerate(days, 2)
    ]  # fmt: skip
    body = {
        "report": number, "agreement": AGREEMENT, "region": REGION, "system": "heroma", "encoding": "utf-8",
        "file_digest": sha256(number.encode()).hexdigest(), "lines": len(rows), "rows": rows, "broken": [],
    }  # fmt: skip
    yield world.command("submit-time-report", body, OAF, "m-oaf", trust="imported")
    approval = {"report": number, "except_shifts": []}
    yield world.command("approve-time-report", approval, ATTESTER, M_ATTESTER)
