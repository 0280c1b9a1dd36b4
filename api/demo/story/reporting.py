"""What suppliers report on a region, a whistleblowing case's clocks, and a fee beside the quarantine."""

from datetime import date, timedelta
from typing import Any

from api.demo.story.days import SETUP, next_working
from api.demo.story.pace import Pace
from api.demo.story.script import Moment, Script, Who
from api.demo.story.setup import OAF, UNTIL, portal
from api.demo.story.world import AGREEMENT, DELTA, NURSES, VGR
from ledger.values import instant_text

DAY = timedelta(days=1)
OFFICER = Who("vgr-visselblasning", "visselblasarfunktion", "m-visselblasning")
CASE, REPORT, FEE = "vb-1", "sr-delta-1", "me-delta-vgr-2"


def report(script: Script, pace: Pace) -> None:
    """Told from the round in which the ladder's story begins."""
    begins = pace.ladder_rounds[0]
    _case(script, begins)
    _supplier_report(script, begins)
    _fee(script, pace)


def _add(script: Script, day: date, minute: int, who: Who, command: str, body: dict[str, Any]) -> None:
    """One command in the evening, in a slot of its own."""
    name = f"{command}/{next(iter(body.values()))}"
    script.add(Moment(day, 20, minute), f"9-{minute}-{command}", who, name, command, body)


def _case(script: Script, begins: date) -> None:
    """Acknowledged, classified, fed back and closed in time; nobody learns who reported."""
    mandate = {
        "mandate": OFFICER.mandate, "agreement": AGREEMENT, "holder": OFFICER.actor,
        "role": "whistleblowing-officer", "from_on": SETUP.isoformat(), "until_on": UNTIL.isoformat(),
        "registry_number": "RS 2023-990",
    }  # fmt: skip
    case = {"case": CASE}
    received = case | {
        "agreement": AGREEMENT, "region": VGR.region, "channel": "vgr-kanal", "reference": "VB 7",
    }  # fmt: skip
    classified = case | {
        "classification": "whistleblowing",
        "reasons": "Ett missförhållande av allmänintresse",
    }
    steps = (
        (1, OAF, "grant-mandate", mandate),
        (2, OFFICER, "receive-whistleblowing", received),
        (4, OFFICER, "acknowledge-whistleblowing", case),
        (5, OFFICER, "classify-whistleblowing", classified),
        (20, OFFICER, "give-whistleblowing-feedback", case),
        (30, OFFICER, "close-whistleblowing", case | {"outcome": "remedied"}),
    )
    for after, who, command, body in steps:
        _add(script, next_working(begins, after), after, who, command, body)


def _supplier_report(script: Script, begins: date) -> None:
    """A supplier reports on a region's publishing times; ÖAF speaks with the region and says so (S4)."""
    named = {"supplier_report": REPORT}
    told = named | {
        "agreement": AGREEMENT, "supplier": DELTA, "region": VGR.region, "lot": NURSES,
        "kind": "outside-hours", "occurred_on": str(begins),
        "description": "Avropet kom 06:31 och var tilldelat inom en minut",
    }  # fmt: skip
    acted = {"measure": "dialogue-with-region", "told": "Vi har talat med avropsenheten om tiderna."}
    ended = {"outcome": "region-changed", "reasons": "Avropsenheten publicerar under kontorstid."}
    steps = (
        (3, portal(DELTA), "report-region", told),
        (9, OAF, "act-on-supplier-report", named | acted),
        (23, OAF, "conclude-supplier-report", named | ended),
    )
    for after, who, command, body in steps:
        _add(script, next_working(begins, after), 40 + after, who, command, body)


def _fee(script: Script, pace: Pace) -> None:
    """The late confirmation also costs the administration fee of the policy's table."""
    decided, told = pace.quarantine_decided_on, next_working(pace.ladder_rounds[0], 26)
    relied = [f"d-delta-1/{step}" for step in ("report", "decide", "notice")]
    body = {
        "measure": FEE, "agreement": AGREEMENT, "supplier": DELTA, "lot": NURSES, "region": VGR.region,
        "rung": "fee-or-penalty", "kind": "admin-fee", "clause": "20.2",
        "contracting_party": "Västra Götalandsregionen, 232100-0131",
        "registry_number": f"RS {decided.year}-00918", "relied_on": {"$positions": relied},
        "communicated_at": instant_text(Moment(told, 9).at), "reply_by": instant_text(Moment(decided, 0).at),
        "reasons": "Orderbekräftelsen kom efter fristen.", "alternatives": "En anmärkning har vägts.",
        "proportionality": "Avgiften täcker merarbetet.", "running_assignments": "Berörs inte.",
        "open_offers": "Berörs inte.", "employer": "vgr-rs", "delegation": "RS 2023-701",
        "conflict_of_interest": "Inget jäv anmält",
    }  # fmt: skip
    _add(script, decided, 50, OAF, "decide-measure", body)
    serve = {"measure": FEE, "channel": "supplier-portal"}
    _add(script, next_working(decided), 51, OAF, "serve-measure", serve)
