"""Runs cases: `python -m tests.cases.run` prints how many, and which policy values they read."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import msgspec

from api.ask import answered
from api.problems import ProblemError
from api.questions import dumped, question_of
from ledger.errors import LedgerError, Refusal
from ledger.events.policy import PolicyPublished, PolicyRow
from ledger.handle.reading import event_of
from ledger.policy.model import Book
from ledger.values import instant_text
from projections.base import VIEWS, UnanswerableError
from replay.known import KnownAtError
from replay.questions.base import QUESTIONS
from replay.timeline import Timeline
from tests.cases.checks import INSTANT, differences
from tests.cases.story import Case, Step, backgrounds, cases, moment
from tests.cases.world import BOOK, World


@dataclass(frozen=True)
class Ran:
    """What became of a case: its differences, and the policy rows it read, in all and in its last step."""

    case: Case
    wrong: tuple[str, ...]
    read: frozenset[PolicyRow]
    read_at_last: frozenset[PolicyRow] = frozenset()


def run(case: Case, rows: tuple[PolicyRow, ...] = BOOK) -> Ran:
    """Play a case on a policy book, and compare."""
    begun, wrong, before = _begun(case.background, rows)
    with _reading() as read:
        world = begun.branch()
        if wrong := wrong or _played(world, case.given):
            return Ran(case, (wrong,), before | read)
    with _reading() as at_last:
        came = _happening(world, case.when)
    found = (*differences(case, came), *_ungrounded(world, came))
    return Ran(case, found, before | read | at_last, frozenset(at_last))


@lru_cache(maxsize=4)
def _begun(background: str, rows: tuple[PolicyRow, ...]) -> tuple[World, str, frozenset[PolicyRow]]:
    """A background played on a book: cases branch off from it. What failed in it, and the rows it read."""
    with _reading() as read:
        world = World(rows)
        wrong = _played(world, _backgrounds()[background])
    return world, wrong, frozenset(read)


def _played(world: World, steps: Iterable[Step]) -> str:
    """Take every step; what failed, or nothing."""
    for step in steps:
        try:
            world.take(step)
        except (LedgerError, LookupError, TypeError) as error:
            return f"“{step.sentence}” failed: {_told(error)}"
    return ""


def _happening(world: World, step: Step) -> Any:
    try:
        world.clock.advance_to(step.at)
        kind, _, rest = step.sentence.partition(" ")
        if kind == "view":
            return _view(world, *rest.split(" "), more=step.more)
        if kind == "ask":
            return _ask(world, rest, step.more)
        return world.take(step)
    except (Refusal, ProblemError, UnanswerableError, KnownAtError) as refusal:
        return refusal


def _ungrounded(world: World, came: Any) -> Iterator[str]:
    """A refusal by policy names the version it rests on, or an event that holds the values it used."""
    if isinstance(came, Refusal) and came.assumed:
        events = (event_of(one) for one in world.log.tail() if one.position in came.positions)
        if not any(isinstance(e, PolicyPublished) or getattr(e, "terms", ()) for e in events):
            yield f"the refusal {came.code} rests on policy and names no position of it"


def _view(world: World, name: str, key: str, *, more: dict[str, Any]) -> Any:
    asked = question_of(VIEWS[name], _sent(more))
    timeline = Timeline(world.log, world.clock)
    answer = timeline.answer(VIEWS[name], key, asked.params, known_at=asked.known_at, at=asked.at)
    return {**dumped(VIEWS[name].reading, answer.reading), "assumed": list(answer.assumed)}


def _ask(world: World, name: str, more: dict[str, Any]) -> Any:
    """The whole JSON answer: ``sentence.sv``, ``values.…``, ``assumptions``, ``evidence``."""
    if name not in QUESTIONS:
        raise LookupError(f"there is no question {name}")
    return msgspec.to_builtins(answered(Timeline(world.log, world.clock), QUESTIONS[name], _sent(more)))


def _sent(more: dict[str, Any]) -> dict[str, str]:
    """Parameters as text; an instant is written in Stockholm time, as in a step."""
    sent = {field: str(value) for field, value in more.items()}
    if INSTANT.fullmatch(sent.get("known_at", "")):
        sent["known_at"] = instant_text(moment(sent["known_at"]))
    return sent


def _told(error: Exception) -> str:
    return str(error.problem) if isinstance(error, ProblemError) else str(error)


@cache
def _backgrounds() -> dict[str, tuple[Step, ...]]:
    return backgrounds()


@contextmanager
def _reading() -> Iterator[set[PolicyRow]]:
    """Every policy row that is resolved within the context."""
    read: set[PolicyRow] = set()
    resolve, values = Book.resolve, Book.values

    def noted(self: Book, *args: Any, **more: Any) -> Any:
        found = resolve(self, *args, **more)
        read.add(found.row)
        return found

    def all_noted(self: Book, *args: Any, **more: Any) -> Any:
        found = values(self, *args, **more)
        read.update(one.row for one in found.values())
        return found

    Book.resolve, Book.values = noted, all_noted  # type: ignore[method-assign]
    try:
        yield read
    finally:
        Book.resolve, Book.values = resolve, values  # type: ignore[method-assign]


def main(words: list[str]) -> int:
    """Run every case, or those whose rule or name holds a word, and print the count and the coverage."""
    chosen = [one for one in cases() if not words or any(word in str(one) for word in words)]
    ran = [run(one) for one in chosen]
    for one in ran:
        for wrong in one.wrong:
            print(f"✗ {one.case}\n    {wrong}")
    failed = sum(bool(one.wrong) for one in ran)
    terms = {row.term for row in BOOK}
    read = {row.term for one in ran for row in one.read} & terms
    rules = len({one.case.rule for one in ran})
    print(f"{len(ran)} cases of {rules} rules, {failed} failed; {len(read)} of {len(terms)} terms are read")
    if not words and read != terms:
        print("not read by any case:", ", ".join(sorted(terms - read)))
    return int(bool(failed or (not words and read != terms)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
