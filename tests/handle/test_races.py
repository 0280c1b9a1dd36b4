"""Two commands that may not both succeed, given at once on one PostgreSQL: one does, the other sees why not.

Each race is told in the sentences of the cases; the racers are servers with caches of their own.
"""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import Any

import pytest

from api.shapes import read_command
from ledger.decisions.base import DECISIONS, Origin
from ledger.errors import Refusal
from ledger.handle.headers import LedgerIdentity
from ledger.handle.reading import FoldCache, event_of
from ledger.handle.shell import Envelope, Shell
from ledger.store.postgres import PostgresLog
from tests.cases.phrases import Act, understood
from tests.cases.story import Step, backgrounds, moment
from tests.cases.world import LEDGER, World

RACERS = 8
RUNNING = "s-1 gets order o-1 for k-1 at u-1 from 2025-04-07 to 2025-06-30"
OFFERED = (
    ("2025-03-03 09:00", "order o-1 is published to s-1 and s-2"),
    ("2025-03-03 09:10", "s-1 offers k-1 for o-1"),
    ("2025-03-03 09:40", "s-2 offers k-2 for o-1"),
)
CONFIRMED = (
    *OFFERED,
    ("2025-03-05 10:00", "o-1 is awarded"),
    ("2025-03-05 11:00", "the acceptance of o-1 reaches s-1"),
    ("2025-03-06 09:00", "s-1 confirms o-1"),
)
WORKED = (
    ("2025-03-03 09:00", RUNNING),
    ("2025-04-10 08:00", "o-1 is worked and approved on 2025-04-08 from 17:00 to 01:00"),
)
INVOICE = "s-1 invoices 450 minutes of time for o-1 on 2025-04-08 at 53092 öre an hour"
Given = tuple[tuple[str, str], ...]
Change = Callable[[dict[str, Any], int], dict[str, Any]]


def named(field: str) -> Change:
    """Every racer gives a name of its own to what it would make."""
    return lambda body, racer: {**body, field: f"{body[field]}-{racer}"}


def same(body: dict[str, Any], _racer: int) -> dict[str, Any]:
    """Every racer says the same."""
    return body


ONCE: dict[str, tuple[Given, tuple[str, str], str, Change]] = {
    "one award": (OFFERED, ("2025-03-05 10:00", "o-1 is awarded"), "order-awarded", same),
    "one lapse": (
        (*OFFERED, ("2025-03-05 10:00", "o-1 is awarded")),
        ("2025-03-05 11:00", "the award of o-1 to s-1 lapses because supplier-withdrew"),
        "award-lapsed", same,
    ),
    "one contract of an award": (
        CONFIRMED, ("2025-03-06 10:00", "the contract of o-1 with s-1 is concluded"),
        "contract-concluded", named("assignment"),
    ),
    "one charge of a cause": (
        (("2025-03-10 08:00", "s-1 breaches by no-show on 2025-03-03 as d-1"),),
        ("2025-04-10 08:00", "measure me-1 of contract-penalty is decided against s-1 on d-1"),
        "measure-decided", named("measure"),
    ),
    "one proposal at a time": (
        (("2025-03-03 09:00", RUNNING),),
        ("2025-04-20 09:00", "s-1 proposes k-9 in o-1 from 2025-05-01 because unavailable"),
        "substitution-proposed", same,
    ),
    "one round of a month": (
        (), ("2024-06-03 09:00", "the admission round of 2024-09 is opened"), "admission-round-opened", same,
    ),
    "one credit": (
        (*WORKED, ("2025-05-05 08:00", INVOICE)),
        ("2025-05-06 08:00", "450 minutes and 398190 öre of the newest invoice are credited"),
        "invoice-line-credited", same,
    ),
    "one version of the book": (
        (), ("2025-02-20 09:00", "the nation publishes that standstill.days is 3 from 2025-03-01"),
        "policy-published", same,
    ),
}  # fmt: skip


@pytest.fixture
def place(database):
    """A world on PostgreSQL, and shells as of several servers that have nothing but it in common."""
    with ExitStack() as stack:
        logs = [
            stack.enter_context(closing(PostgresLog(database.serve_url, mode="simulated"))) for _ in range(4)
        ]
        world = World(log=logs[0])
        for step in backgrounds()["the agreement"]:
            world.take(step)
        identity = LedgerIdentity(LEDGER, "simulated")
        yield world, [Shell(log, world._vault, world.clock, identity, FoldCache()) for log in logs]


def acts_of(world: World, when: str, sentence: str) -> list[Act]:
    """The commands of a sentence at an instant; all but the last are given beforehand."""
    world.clock.advance_to(moment(when))
    phrase, words = understood(sentence)
    made = phrase.act(world, **words)
    *before, last = [made] if isinstance(made, Act) else list(made)
    for act in before:
        world._do(act, {})
    return [last]


def race(world: World, shells: list[Shell], acts: list[tuple[Act, dict[str, Any]]]) -> list[Refusal | None]:
    """Give every act at once, each by the next server; what each was refused with, None for a yes."""
    barrier = threading.Barrier(len(acts))

    def run(number: int) -> Refusal | None:
        act, body = acts[number]
        command = read_command(DECISIONS[act.name].command, json.dumps(body).encode())
        origin = None if act.trust is None else Origin("imported-system", act.trust)
        told = Envelope(command, f"racer-{number}", "c-1", act.actor, act.mandate, world.clock.now(), origin)
        barrier.wait()
        try:
            shells[number % len(shells)].handle(told)
        except Refusal as refusal:
            return refusal
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, range(len(acts))))


def count(world: World, name: str) -> int:
    return sum(one.type.startswith(f"{name}.v") for one in world.log.tail())


@pytest.mark.parametrize("rule", ONCE)
def test_what_happens_once_happens_once(place, rule: str):
    (world, shells), (given, (when, sentence), event, change) = place, ONCE[rule]
    for at, said in given:
        world.take(Step(moment(at), said, {}))
    (act,), before = acts_of(world, when, sentence), count(world, event)
    answers = race(world, shells, [(act, change(act.body, n)) for n in range(RACERS)])
    assert answers.count(None) == 1
    assert all(isinstance(one, Refusal) and one.clause for one in answers if one is not None)
    assert count(world, event) == before + 1


def test_hours_invoiced_twice_at_once_are_seen_by_the_second(place):
    world, shells = place
    for at, said in WORKED:
        world.take(Step(moment(at), said, {}))
    (act,) = acts_of(world, "2025-05-05 08:00", INVOICE)
    invoices = [(act, {**act.body, "invoice": f"i-{n}", "number": f"F-{n}"}) for n in range(RACERS)]
    assert race(world, shells, invoices) == [None] * RACERS
    found = [event_of(one) for one in world.log.tail() if one.type.startswith("invoice-line-mismatched.")]
    assert [one.code for one in found] == ["duplicate"] * (RACERS - 1)


def test_a_mandate_revoked_meanwhile_awards_nothing_afterwards(place):
    world, shells = place
    for at, said in OFFERED:
        world.take(Step(moment(at), said, {}))
    (award,) = acts_of(world, "2025-03-05 10:00", "o-1 is awarded")
    (revoke,) = acts_of(world, "2025-03-05 10:00", "mandate m-orderer is revoked")
    race(world, shells, [(one, one.body) for one in (award, revoke, award, award)])
    names = [one.type.partition(".")[0] for one in world.log.tail()]
    assert names.count("mandate-revoked") == 1
    assert "order-awarded" not in names[names.index("mandate-revoked") :]


def test_an_award_is_accepted_or_lapses(place):
    world, shells = place
    for at, said in (*OFFERED, ("2025-03-05 10:00", "o-1 is awarded")):
        world.take(Step(moment(at), said, {}))
    (accept,) = acts_of(world, "2025-03-05 11:00", "the acceptance of o-1 reaches s-1")
    (lapse,) = acts_of(world, "2025-03-05 11:00", "the award of o-1 to s-1 lapses because supplier-withdrew")
    race(world, shells, [(one, one.body) for one in (accept, lapse) * 4])
    names = [one.type.partition(".")[0] for one in world.log.tail()]
    assert names.count("award-lapsed") == 1
    assert "award-accepted" not in names[names.index("award-lapsed") :]


def case_act(name: str, **body: object) -> Act:
    """A command about one evidence case, by somebody whose mandate is recorded nowhere."""
    return Act(name, {"case": "c-1", **body}, "owner-1", None)


def opened_case(world: World) -> None:
    given = {"kind": "audit", "subject": "Who", "agreement": "hyr-2024", "registry_number": "RS 1"}
    world._do(case_act("open-evidence-case", **given), {})


def test_a_record_is_put_in_a_case_once_however_lists_overlap(place):
    world, shells = place
    opened_case(world)
    lists = [[1, 2], [2, 3], [3, 1], [4]]
    acts = [case_act("add-evidence-records", positions=one, why="Both") for one in lists * 2]
    answers = race(world, shells, [(one, one.body) for one in acts])
    added = [
        at
        for one in world.log.tail()
        if one.type.startswith("evidence-records-added.v")
        for at in event_of(one).positions
    ]
    assert len(added) == len(set(added))
    assert 4 in added
    assert {one.code for one in answers if one is not None} == {"evidence-added"}


def test_nothing_is_put_in_a_case_that_is_closed_meanwhile(place):
    world, shells = place
    opened_case(world)
    adds = [case_act("add-evidence-records", positions=[at], why="That one") for at in range(1, RACERS - 1)]
    close = case_act("close-evidence-case", outcome="Given")
    race(world, shells, [(one, one.body) for one in (*adds[:3], close, *adds[3:], close)])
    names = [one.type.partition(".")[0] for one in world.log.tail()]
    assert names.count("evidence-case-closed") == 1
    assert names.index("evidence-case-closed") == len(names) - 1
