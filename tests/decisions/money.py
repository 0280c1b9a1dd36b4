"""A common history for money: one contract at the background's unit, in zone 3, and a shift worked in it."""

from dataclasses import replace
from datetime import date

from ledger.decisions.invoices import RecordInvoice
from ledger.decisions.shift_times import shift_times
from ledger.events.assignments import ContractConcluded
from ledger.events.invoices import InvoiceLine
from ledger.events.shifts import ShiftApproved, ShiftReported
from tests.decisions.background import AGREEMENT, MANDATE, ORDER, POLICY, REGION_ID, UNIT
from tests.given import at
from tests.histories import made

TUESDAY = date(2025, 4, 8)
CONTRACT = made(
    ContractConcluded,
    assignment="a-1",
    agreement=AGREEMENT,
    order="o-1",
    offer="f-1",
    supplier="s-1",
    consultant="k-1",
    region=REGION_ID,
    authority="jh-rs",
    unit="u-1",
    operating_unit="site-1",
    lot="nurses",
    ordered_by="orderer-1",
    article="ssk-1",
    from_on=date(2025, 4, 7),
    until_on=date(2025, 6, 30),
    planned_shifts=48,
    follows=None,
    concluded_at=at("2025-03-06T09:00:00+01:00"),
    how="Order confirmation",
    notice_sent_at=None,
)
ATTESTER = replace(MANDATE, role="attester", units=(), holder="attester-1")
GROUND = (POLICY, ATTESTER, UNIT, ORDER, CONTRACT)
"""Positions 1 to 5; a shift follows at 6, its approval at 7."""


def shift(on: date = TUESDAY, begins: int = 17 * 60, ends: int = 60, name: str = "t-1", **more: object):
    """A shift reported, with an unpaid break of half an hour: 17-01 has 450 minutes."""
    times = shift_times(on, begins, ends, 30)
    told = {
        "shift": name,
        "assignment": "a-1",
        "consultant": "k-1",
        "order": "o-1",
        "supplier": "s-1",
        "region": REGION_ID,
        "unit": "u-1",
        "operating_unit": "site-1",
        "lot": "nurses",
        "on": times.on,
        "start_at": times.start_at,
        "end_at": times.end_at,
        "break_minutes": times.break_minutes,
        "worked_minutes": times.worked_minutes,
        "article": "ssk-1",
    }
    return made(ShiftReported, **{**told, **more})


def approved(position: int, name: str = "t-1") -> ShiftApproved:
    """The approval of a shift reported at a position."""
    return made(ShiftApproved, shift=name, assignment="a-1", consultant="k-1", approves=position)


WORKED = (*GROUND, shift(), approved(6))


def line(kind: str = "time", quantity: int = 450, unit_ore: int = 53092, number: int = 1, **more: object):
    """A line for the shift, its amount worked out here."""
    amount = quantity * unit_ore if kind == "travel" else (2 * quantity * unit_ore + 60) // 120
    told = {
        "line": number,
        "kind": kind,
        "order": "o-1",
        "assignment": "a-1",
        "article": "ssk-1",
        "on": TUESDAY,
        "quantity": quantity,
        "unit_ore": unit_ore,
        "amount_ore": amount,
    }
    return InvoiceLine(**{**told, **more})


def invoice(*lines: InvoiceLine, **more: object) -> RecordInvoice:
    """An invoice of these lines, the total added up here."""
    told = {
        "invoice": "i-1",
        "number": "F-1",
        "agreement": AGREEMENT,
        "supplier": "s-1",
        "region": REGION_ID,
        "authority": "jh-rs",
        "lot": "nurses",
        "issued_on": date(2025, 5, 5),
        "total_ore": sum(one.amount_ore for one in lines),
        "lines": lines,
    }
    return RecordInvoice(**{**told, **more})
