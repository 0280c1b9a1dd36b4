"""One supplier's deviations, from report to breach notice, and the quarantine decided on them."""

from dataclasses import dataclass
from datetime import date, timedelta

from api.demo.story.days import next_working, working
from api.demo.story.pace import Pace
from api.demo.story.roster import Assignment
from api.demo.story.script import Moment, Script, Who
from api.demo.story.setup import OAF, attester, owner, portal
from api.demo.story.world import AGREEMENT, DELTA, NURSES, VGR
from ledger.values import instant_text

DAY = timedelta(days=1)
MEASURE = "me-delta-vgr-1"
STEPS = ("report", "communicate", "reply", "decide", "notice")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that went wrong; ``place`` is (order, assignment, unit). May be taken back in the end."""

    deviation: str
    kind: str
    on: date
    cause: str
    description: str
    reporter: Who
    place: tuple[str | None, str | None, str | None]
    withdrawn: bool = False


def climb(script: Script, pace: Pace, held: Assignment, missed_order: str) -> None:
    """Every deviation of the ladder's supplier and what ÖAF makes of them."""
    events = happened(pace, held, missed_order)
    for n, event in enumerate(events):
        _deviation(script, event, n)
    _measure(script, pace, events)


def happened(pace: Pace, held: Assignment, missed_order: str) -> tuple[Event, ...]:
    """Five reports: four that stand, two of them of one cause, and one that the region takes back."""
    begins, unit = held.from_on, held.unit.unit
    late = next_working(pace.ladder_rounds[1], 3)
    ward = attester(VGR, unit)
    no_show = f"uteblivet-pass-{held.assignment}"
    place = (held.order, held.assignment, unit)
    return (
        Event("d-delta-1", "late-confirmation", late, f"sen-bekraftelse-{missed_order}",
              "Orderbekräftelsen kom efter fristen", owner(VGR), (missed_order, None, None)),
        Event("d-delta-2", "no-show", begins + 14 * DAY, no_show, "Ingen kom till passet", ward, place),
        Event("d-delta-3", "no-show", begins + 14 * DAY, no_show, "Samma pass, rapporterat av avtalsägaren",
              owner(VGR), place),
        Event("d-delta-4", "missing-documents", begins + 20 * DAY, f"intyg-{held.assignment}",
              "HLR-intyg saknades vid kontroll", ward, place, withdrawn=True),
        Event("d-delta-5", "wrong-consultant", begins + 28 * DAY, f"annan-konsult-{held.assignment}",
              "En annan konsult än den avtalade kom", ward, place),
    )  # fmt: skip


def _deviation(script: Script, event: Event, n: int) -> None:
    """Reported the working day after, told the same day, answered, decided and noticed within a fortnight."""
    reported = next_working(event.on)
    body = {
        "deviation": event.deviation, "agreement": AGREEMENT, "supplier": DELTA, "region": VGR.region,
        "authority": "vgr-rs", "lot": NURSES, "kind": event.kind, "occurred_on": str(event.on),
        "cause": event.cause,
        "description": event.description,
    }  # fmt: skip
    named_places = zip(("order", "assignment", "unit"), event.place, strict=True)
    body |= {name: value for name, value in named_places if value}
    named, decider = {"deviation": event.deviation}, owner(VGR)
    reply = {"admits": event.kind == "late-confirmation", "reply": "Vi beklagar och har sett över rutinen."}
    reasons = {
        "upheld": True,
        "reasons": "Händelsen är styrkt; förklaringen ändrar inte bedömningen.",
    }
    notice = {"channel": "supplier-portal", "clause": "21"}
    steps = (
        ("report", "report-deviation", reported, 16, event.reporter, body),
        (
            "communicate",
            "communicate-deviation",
            reported,
            17,
            decider,
            named | {"channel": "supplier-portal"},
        ),
        ("reply", "reply-to-deviation", working(event.on + 8 * DAY), 15, portal(DELTA), named | reply),
        ("decide", "decide-deviation", working(event.on + 11 * DAY), 16, decider, named | reasons),
        ("notice", "serve-breach-notice", working(event.on + 12 * DAY), 17, decider, named | notice),
    )
    for step, command, day, hour, who, sent in steps:
        key = f"{event.deviation}/{step}"
        script.add(Moment(day, hour, 20 + n), f"9-{event.deviation}-{step}", who, key, command, sent)
    if event.withdrawn:
        back = named | {"reasons": "Intyget fanns; enheten hade sökt på fel person."}
        day = working(event.on + 14 * DAY)
        key = f"{event.deviation}/withdraw"
        script.add(
            Moment(day, 18, 20 + n), f"9-{event.deviation}-back", decider, key, "withdraw-deviation", back
        )


def _measure(script: Script, pace: Pace, events: tuple[Event, ...]) -> None:
    """The quarantine with everything domain 7 asks for; the event that two reported is relied on once."""
    decided = pace.quarantine_decided_on
    standing = [event for event in events if not event.withdrawn and event.deviation != "d-delta-3"]
    relied = [f"{event.deviation}/{step}" for event in standing for step in ("report", "decide", "notice")]
    told, due = Moment(next_working(events[-1].on, 11), 9), Moment(decided, 0)
    body = {
        "measure": MEASURE, "agreement": AGREEMENT, "supplier": DELTA, "lot": NURSES, "region": VGR.region,
        "rung": "quarantine", "contracting_party": "Västra Götalandsregionen, 232100-0131",
        "registry_number": f"RS {decided.year}-00917", "clause": "24.2", "relied_on": {"$positions": relied},
        "disregarded": {"$positions": ["d-delta-4/report", "d-delta-4/withdraw"]},
        "communicated_at": instant_text(told.at), "reply_by": instant_text(due.at),
        "reasons": "Tre avvikelser av tre orsaker inom fönstret, var och en reklamerad.",
        "alternatives": "Varning och avgift har vägts; de har inte ändrat beteendet.",
        "proportionality": "Karantänen gäller ett delområde i en region; andra leverantörer täcker behovet.",
        "ends_on": str(pace.quarantine_ends_on), "review_on": str(decided + 90 * DAY),
        "running_assignments": "Pågående uppdrag arbetas till sitt slut.",
        "open_offers": "Avropssvar som inte är tilldelade prövas inte så länge karantänen varar.",
        "employer": "vgr-rs", "delegation": "RS 2023-701", "conflict_of_interest": "Inget jäv anmält",
        "board_reported_on": None, "noticeboard_on": None,
    }  # fmt: skip
    body = {name: value for name, value in body.items() if value is not None}
    script.add(Moment(decided, 18), "9-quarantine", OAF, f"{MEASURE}/decide", "decide-measure", body)
    serve = {"measure": MEASURE, "channel": "registered-letter"}
    day = next_working(decided)
    script.add(Moment(day, 18), "9-quarantine-served", OAF, f"{MEASURE}/serve", "serve-measure", serve)
