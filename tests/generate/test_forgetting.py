"""What a generated history forgets, and when: after the last command that asks for it, and not before."""

from datetime import date, timedelta
from random import Random
from types import SimpleNamespace

import pytest

from api.generate import reports as told
from api.generate.asks import Engagement
from api.generate.credentials import Credentials
from api.generate.engine import Engine
from api.generate.invoices import Invoices
from api.generate.reports import Reports
from api.generate.staff import Person
from api.generate.world import Region, Unit
from ledger.events.invoices import InvoiceLine
from ledger.handle.remembered import DoneWithError

UNIT = Unit("u-a", "Enhet", "site-a", 1)
REGION = Region("r-a", "r-a-rs", "Region", "232100-0000", 1, (UNIT,))
UNTIL = date(2025, 1, 31)


class Memory:
    def __init__(self):
        self.gone = []

    def forget(self, tag):
        self.gone.append(tag)


@pytest.fixture
def engine():
    return Engine(lambda _: (1, ()), Random(1), Memory())


def engagement(name, person, until_on, *, last=False):
    shifts = [until_on - timedelta(days=n) for n in (3, 2, 1)]
    return Engagement(
        f"a-{name}", f"o-{name}", REGION, UNIT, "nurses", person, shifts[0], until_on, shifts, last, 0, False
    )


def person(name):
    return Person(f"k-{name}", "s-1", 1, UNTIL, UNTIL)


def test_who_came_instead_of_another_is_remembered_until_all_is_over_with_that_one(engine, monkeypatch):
    reports = Reports(engine, Invoices(engine), ((REGION, UNIT),), engine.memory.forget)
    first = engagement("1", person("a"), UNTIL, last=True)
    second = engagement("2", person("b"), UNTIL + timedelta(days=130))
    reports.worked(first)
    reports.leave(first)
    monkeypatch.setattr(told, "ANOTHER", 1_001)
    reports.worked(second)
    reports.leave(second)
    engine.run(1)
    gone = engine.memory.gone
    assert gone.index("consultant:k-a") > gone.index("assignment:a-2") > gone.index("assignment:a-1")


def test_who_came_instead_of_nobody_is_forgotten_soon_after_her_last_assignment(engine):
    reports = Reports(engine, Invoices(engine), ((REGION, UNIT),), engine.memory.forget)
    reports.leave(engagement("1", person("a"), UNTIL, last=True))
    reports.leave(engagement("2", person("b"), UNTIL + timedelta(days=130)))
    engine.run(1)
    gone = engine.memory.gone
    assert gone.index("assignment:a-1") < gone.index("consultant:k-a") < gone.index("assignment:a-2")
    assert "consultant:k-b" not in gone


def line(quantity):
    return InvoiceLine(
        line=1, kind="hour", order="o-1", assignment="a-1", article="n-1", on=UNTIL, quantity=quantity,
        unit_ore=50_000, amount_ore=quantity * 50_000,
    )  # fmt: skip


@pytest.mark.parametrize(("billed", "credited"), [(480, False), (540, True), (540, False)])
def test_an_invoice_is_forgotten_after_what_is_done_with_it(engine, monkeypatch, billed, credited):
    said = []
    monkeypatch.setattr(Engine, "tell", lambda _, at, who, key, command: said.append(type(command).__name__))
    monkeypatch.setattr(Engine, "chance", lambda *_: credited)
    invoices = Invoices(engine)
    invoices.held["a-1"] = engagement("1", person("a"), UNTIL)
    invoices._decide(1, SimpleNamespace(invoice="i-1", lines=(line(billed),)), line(480))
    due = bool(engine.due)
    assert due == (not engine.memory.gone)
    engine.run(1)
    assert engine.memory.gone == ["invoice:i-1"]
    assert said[-1] == (
        "AcceptInvoice" if billed == 480 else "CreditInvoiceLine" if credited else "DisputeInvoice"
    )


def test_what_is_due_when_the_agreement_has_ended_is_left_out(engine):
    done = []
    engine.at(9, done.append)
    engine.at(10, done.append)
    engine.run(1, end=10)
    assert done == [9]


def test_a_licence_withdrawn_after_somebody_has_left_is_left_out(engine):
    def done_with(_):
        raise DoneWithError("a decision asks for what this history was done with")

    engine.carry = done_with
    Credentials(engine)._withdrawn(UNTIL, "k-a", "nurses")
    assert len(engine.due) == 1
    engine.run(2)
    assert not engine.due
