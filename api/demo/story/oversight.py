"""What is looked into: traces of shadow booking, a quarantine in effect, a second case, an overlay."""

from api.demo.story.chapter import DAY, MADE_UP, Chapter, Tale, about, under
from api.demo.story.days import next_working
from api.demo.story.ladder import MEASURE
from api.demo.story.reporting import CASE, OFFICER
from api.demo.story.roster import Assignment
from api.demo.story.script import Moment
from api.demo.story.setup import OAF, owner
from api.demo.story.world import VGR
from ledger.values import instant_text

SECOND_CASE = "vb-2"
OVERLAY_TERM, OVERLAY_VALUE = "order.answer-minutes-min", 120
REVIEWED_AFTER, RELEASED_AFTER = 20, 80
"""Working days after the decision."""


def oversight(tale: Tale) -> None:
    """At ten past seven in the evening."""
    told = tale.chapter("oversight", 19, 10)
    _traces(tale, told)
    _measure(tale, told)
    _cases(tale, told)
    _overlay(tale, told)


def tied(tale: Tale) -> Assignment:
    """The contract whose consultant stood in a schedule before the order: the second of a later round."""
    first = tale.pace.months[0].rounds[0]
    asks = {ask.order: ask for ask in tale.played if not ask.twist and ask.day > first}
    return next(held for held in tale.held() if held.order in asks and held.region == VGR)


def _traces(tale: Tale, told: Chapter) -> None:
    """A schedule from before an order, and work that no order covers."""
    held = tied(tale)
    day = tale.ask_of(held).day
    trace = under(
        trace="tr-1", consultant=held.consultant.consultant, unit=held.unit.unit, kind="schedule",
        from_on=held.from_on, until_on=held.until_on, tied_at=instant_text(Moment(day - 5 * DAY, 15).at),
        source=f"Utskrift av avdelningens schema ({MADE_UP})",
    )  # fmt: skip
    told.add(next_working(day, 3), owner(VGR), "record-booking-trace", trace)
    work = under(
        report="uw-1", consultant=held.consultant.consultant, supplier=held.consultant.supplier,
        unit=held.unit.unit, lot=held.lot, on=day - 2 * DAY, worked_minutes=480, told_by="observation",
        source=f"Bemanningslistan på avdelningen ({MADE_UP})",
    )  # fmt: skip
    told.add(next_working(day, 3), owner(VGR), "report-unordered-work", work)


def _measure(tale: Tale, told: Chapter) -> None:
    """The quarantine is kept after a review, and ended early when the supplier has mended its ways."""
    decided = tale.pace.quarantine_decided_on
    decider = {
        "employer": "vgr-rs", "delegation": "RS 2023-701", "conflict_of_interest": "Inget jäv anmält",
    }  # fmt: skip
    kept = about(
        measure=MEASURE, ends_on=tale.pace.quarantine_ends_on, **decider,
        reasons="Åtgärdsplanen har börjat men visar ännu ingen verkan",
    )  # fmt: skip
    told.add(next_working(decided, REVIEWED_AFTER), OAF, "review-measure", kept)
    ended = about(measure=MEASURE, **decider, reasons="Leverantören har visat att åtgärdsplanen fungerar")
    told.add(next_working(decided, RELEASED_AFTER), OAF, "release-measure", ended)


def _cases(tale: Tale, told: Chapter) -> None:
    """A case whose acknowledgement would reveal who reported; the first one's personal data goes."""
    begins, case = tale.pace.ladder_rounds[0], {"case": SECOND_CASE}
    received = case | under(region=VGR.region, channel="vgr-kanal", reference="VB 8")
    told.add(next_working(begins, 6), OFFICER, "receive-whistleblowing", received)
    omitted = case | {"why": "would-reveal"}
    told.add(next_working(begins, 7), OFFICER, "omit-acknowledgement", omitted)
    disposed = {"case": CASE, "registry_number": "VB 7-3"}
    told.add(next_working(begins, 60), OFFICER, "dispose-whistleblowing-data", disposed)


def _overlay(tale: Tale, told: Chapter) -> None:
    """After the last round a region gets a longer least answer time, made up; suppliers hear of it later."""
    day = next_working(tale.last_round, 4)
    valid_from = day + 14 * DAY
    overlay = under(
        region=VGR.region, term=OVERLAY_TERM, value=OVERLAY_VALUE, valid_from=valid_from,
        permitted_by="UNKNOWN", source="assumption",
        assumed=f"Avvikelsen är {MADE_UP} / made up for the demonstration: no document states it.",
        decided_on=day - DAY, decided_by=f"Nämnd i berättelsen ({MADE_UP})",
    )  # fmt: skip
    told.add(day, owner(VGR), "publish-overlay", overlay)
    heard = under(
        region=VGR.region, term=OVERLAY_TERM, valid_from=valid_from, communicated_on=next_working(day, 3),
        communicated_to="suppliers", how=f"Regionens lägesrapport ({MADE_UP})",
    )  # fmt: skip
    told.add(next_working(day, 3), owner(VGR), "communicate-policy", heard)
