"""Random histories with corrections, voids, links, withdrawals and awards, drawn from numbers."""

from collections.abc import Iterable
from datetime import date, timedelta

from hypothesis import strategies as st

from ledger.events.assignments import AssignmentCancelled, ContractConcluded
from ledger.events.awards import AwardAccepted
from ledger.events.consultants import ConsultantsLinked
from ledger.events.deviations import (
    BreachNoticeServed,
    DeviationDecided,
    DeviationReplied,
    DeviationWithdrawn,
)
from ledger.events.invoices import (
    AssignmentInvoiced,
    InvoiceAccepted,
    InvoiceDisputed,
    InvoiceLine,
    InvoiceLineCredited,
    InvoiceLineMismatched,
)
from ledger.events.measures import MeasureDecided, MeasureReviewed, MeasureServed
from ledger.events.offers import OfferCorrected, OfferReceived, OfferTurnedAway
from ledger.events.orders import OrderPublished, OrderRecipientNotified
from ledger.events.prices import ArticleChanged
from ledger.events.purchases import PurchaseReported
from ledger.events.schedules import PlannedShift, ScheduleRecorded
from ledger.events.shifts import ShiftVoided, WorkedByAnother
from ledger.events.staff_cost import StaffCostImported
from ledger.events.substitutions import ConsultantReplaced, SubstitutionAccepted, SubstitutionProposed
from ledger.events.supplier_reports import SupplierReportActedOn, SupplierReportReceived
from ledger.events.traces import BookingTraceRecorded, UnorderedWorkReported
from ledger.events.whistleblowing import WhistleblowingAcknowledged, WhistleblowingReceived
from ledger.values import local_instant
from tests.histories import AGREEMENT, START_AT, START_ON, Story, made

Op = tuple[int, int, int]


def story_of(ops: Iterable[Op], *, opened: bool = True) -> Story:
    """The story that numbers stand for: each (verb, who, how) is one event, if it can be told by then."""
    story = Story().opened() if opened else Story()
    shifts: list[tuple[str, str, str, int]] = []
    for verb, who, how in ops:
        consultant, assignment = f"c-{who % 3}", f"a-{who % 4}-{who % 3}"
        on = START_ON + timedelta(days=how)
        if verb < 5:
            shift = f"t-{len(story.events)}"
            shifts.append(
                (
                    consultant,
                    assignment,
                    shift,
                    story.shift(consultant, assignment, shift, on, f"u-{who % 2}"),
                )
            )
        elif verb < 9 and shifts:
            _again(story, verb, shifts, who + how, on)
        else:
            _elsewhere(story, verb, who, on)
    return story


def _again(story: Story, verb: int, shifts: list[tuple[str, str, str, int]], which: int, on: date) -> None:
    consultant, assignment, shift, position = shifts[which % len(shifts)]
    if verb == 5:
        position = story.corrected(consultant, assignment, shift, on, position)
        shifts[which % len(shifts)] = consultant, assignment, shift, position
    elif verb == 6:
        story.tell(
            ShiftVoided,
            consultant=consultant,
            assignment=assignment,
            shift=shift,
            replaces=position,
            reason="none",
        )
    else:
        story.approved(consultant, assignment, shift, position)


def _elsewhere(story: Story, verb: int, who: int, on: date) -> None:
    supplier, deviation = f"s-{who % 2}", f"d-{who}"
    reported = any(getattr(e, "deviation", None) == deviation for e in story.events)
    named = {"deviation": deviation, "supplier": supplier}
    match verb:
        case 9:
            story.contract(f"c-{who % 3}", f"a-{who % 4}-{who % 3}", f"u-{who % 2}")
        case 10:
            story.tell(ConsultantsLinked, consultant=f"c-{who % 3}", same_as=f"c-{(who + 1) % 3}")
        case 11:
            story.deviation(deviation, supplier, on, region=("skane", "kalmar")[who % 2])
        case 12 if reported:
            story.tell(DeviationDecided, upheld=True, decided_at=local_instant(on, 0), **named)
            story.tell(BreachNoticeServed, served_at=local_instant(on, 0), **named)
        case 13 if reported:
            story.tell(DeviationReplied, reply="what the supplier says", **named)
            story.tell(DeviationWithdrawn, withdrawn_at=local_instant(on, 0), **named)
        case _:
            _ordered(story, verb, who, on)


def _ordered(story: Story, verb: int, who: int, on: date) -> None:
    supplier, order, offer = f"s-{who % 2}", f"o-{who % 3}", f"f-{who}"
    told = {type(e) for e in story.events if getattr(e, "order", None) == order}
    match verb:
        case 14:
            story.order(order)
            story.tell(OrderRecipientNotified, order=order, supplier=supplier, notified_at=START_AT)
        case 15 if OrderPublished in told:
            story.tell(OfferReceived, order=order, offer=offer, supplier=supplier, position=1)
            story.tell(OfferCorrected, order=order, offer=offer, supplier=supplier, position=1)
        case 16 if OfferReceived in told:
            story.awarded(order, offer)
            story.tell(AwardAccepted, order=order, offer=offer)
        case 17:
            story.tell(OfferTurnedAway, order=order, offer=offer, supplier=supplier)
        case 18:
            measure = {"measure": f"m-{len(story.events)}", "supplier": supplier}
            story.tell(
                MeasureDecided,
                agreement=AGREEMENT,
                lot="nurses",
                rung="warning",
                agreement_ends_on=None,
                **measure,
            )
            story.tell(MeasureServed, served_at=local_instant(on, 0), **measure)
        case 19 if any(type(e) is ContractConcluded for e in story.events):
            held = next(e for e in reversed(story.events) if type(e) is ContractConcluded)
            same = {name: getattr(held, name) for name in ("assignment", "consultant", "supplier", "order")}
            story.tell(AssignmentCancelled, by="region", from_on=on, **same)
        case _:
            _reported_on(story, verb, who, on)


def _reported_on(story: Story, verb: int, who: int, on: date) -> None:
    """Measures reviewed and released, suppliers' reports, and the steps of whistleblowing cases."""
    at, told = local_instant(on, 600), {type(e) for e in story.events}
    report = {"supplier_report": f"r-{who % 2}", "supplier": f"s-{who % 2}"}
    match verb:
        case 20 if MeasureServed in told:
            measure = next(e for e in story.events if isinstance(e, MeasureDecided))
            named = {"measure": measure.measure, "supplier": measure.supplier}
            story.tell(MeasureReviewed, reviewed_at=at, ends_on=None, review_on=on, **named)
        case 21:
            story.tell(SupplierReportReceived, agreement=AGREEMENT, received_at=at, answer_on=on, **report)
            story.tell(SupplierReportActedOn, acted_at=at, **report)
        case 22:
            story.tell(WhistleblowingReceived, case=f"vb-{who % 2}", agreement=AGREEMENT, received_at=at)
            story.tell(WhistleblowingAcknowledged, case=f"vb-{who % 2}", acknowledged_at=at)
        case _:
            _invoiced_on(story, verb, who, on)


def _invoiced_on(story: Story, verb: int, who: int, on: date) -> None:
    """Invoices with what does not match and what comes of them, staff costs, purchases, articles."""
    place = {"agreement": AGREEMENT, "supplier": f"s-{who % 2}", "region": "skane", "lot": "nurses"}
    invoiced = [e for e in story.events if isinstance(e, AssignmentInvoiced)]
    match verb:
        case 23:
            named = {"invoice": f"i-{len(story.events)}", "assignment": f"a-{who % 4}-{who % 3}"}
            line = made(InvoiceLine, line=1, kind="time", on=on, quantity=450, amount_ore=390000)
            story.tell(AssignmentInvoiced, issued_on=on, lines=(line,), **named, **place)
            where = {name: value for name, value in place.items() if name != "lot"}
            story.tell(InvoiceLineMismatched, line=1, on=on, **named, **where)
        case 24 if invoiced:
            last = invoiced[who % len(invoiced)]
            same = {name: getattr(last, name) for name in ("invoice", "supplier", "region")}
            decided = InvoiceAccepted if who % 3 else InvoiceDisputed
            story.tell(decided, assignments=(last.assignment,), lines=(1,), **same)
            credit = {"lot": "nurses", "assignment": last.assignment, "kind": "time", "article": "ssk-1"}
            credit |= {"on": last.lines[0].on, "quantity": who, "amount_ore": who}
            story.tell(InvoiceLineCredited, line=1, agreement=AGREEMENT, **same, **credit)
        case 25:
            story.tell(StaffCostImported, region="skane", month_on=on.replace(day=1))
            story.tell(PurchaseReported, agreement=AGREEMENT, region="skane", lot="nurses", from_on=on)
            story.tell(ArticleChanged, agreement=AGREEMENT, lot="nurses", article="ssk-1", from_on=on)
        case _:
            _staffed(story, verb, who, on)


def _staffed(story: Story, verb: int, who: int, on: date) -> None:
    """Substitutions and schedules of the newest contract, shifts by others, traces, work without an order."""
    held = next((e for e in reversed(story.events) if type(e) is ContractConcluded), None)
    person = {"consultant": f"c-{who % 3}", "supplier": f"s-{who % 2}"}
    if verb == 26:
        story.tell(BookingTraceRecorded, consultant=person["consultant"], unit="u-1", tied_at=START_AT)
        story.tell(UnorderedWorkReported, on=on, unit="u-1", **person)
    elif held is not None and verb == 27:
        planned = made(PlannedShift, on=on, start_at=local_instant(on, 420), end_at=local_instant(on, 900))
        named = {"assignment": held.assignment, "consultant": held.consultant, "order": held.order}
        story.tell(ScheduleRecorded, from_on=on, shifts=(planned,), planned_at=START_AT, **named)
    elif held is not None and verb == 28:
        named = {"assignment": held.assignment, "from_on": on}
        story.tell(SubstitutionProposed, replaces=held.consultant, number=1, **named, **person)
        story.tell(SubstitutionAccepted, replaces=held.consultant, number=1, **named, **person)
        story.tell(ConsultantReplaced, consultant=held.consultant, by=person["consultant"], **named)
    elif held is not None and verb == 29:
        story.tell(WorkedByAnother, assignment=held.assignment, agreed=held.consultant, on=on, **person)


def stories(size_max: int = 60) -> st.SearchStrategy[Story]:
    """Random stories after genesis and a policy."""
    op = st.tuples(st.integers(0, 29), st.integers(0, 11), st.integers(0, 120))
    return st.lists(op, min_size=1, max_size=size_max).map(story_of)
