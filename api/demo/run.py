"""The whole demonstration: a fresh ledger, the story over HTTP, the questions, the checks."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from typing import Any

from api.cli.program import DIFFERENT, FINE, Out, Result
from api.cli.replay import replayed, views_named
from api.cli.verify import result_of
from api.demo.answers import Answered, answers, side_stories
from api.demo.asked import Asked, asked
from api.demo.door import Door
from api.demo.ground import demo_ground
from api.demo.play import Played, Player
from api.demo.progress import telling
from api.demo.server import server_process
from api.demo.steps import Inputs, Step
from api.opening import opened
from api.parts import Parts
from api.place import Place
from api.settings import Settings
from ledger.handle.reading import event_of
from ledger.store.log import Stored
from ledger.store.verify import verify
from ledger.values import local_date

Serve = Callable[[Settings], AbstractContextManager[str]]
VIEWS_SECONDS_MAX = 60.0
SHIFT_REPORTED = "shift-reported.v1"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: another story's inputs, the ledger that is there kept, another way to serve."""

    inputs: Inputs
    keep: bool = False
    serve: Serve = field(default=server_process)


@dataclass(frozen=True, slots=True)
class Checks:
    """What the record itself says afterwards: events by type and month, intact, views the same as kept."""

    ledger: str
    origin: str
    types: Mapping[str, int]
    months: Mapping[str, int]
    late: int
    intact: bool
    findings: Sequence[Mapping[str, Any]]
    views: Sequence[Mapping[str, Any]]

    @property
    def events(self) -> int:
        """How many events there are."""
        return sum(self.types.values())

    @property
    def views_same(self) -> bool:
        """Whether every view folded anew is what the server kept."""
        return all(row["kept"] == "the same" for row in self.views)


@dataclass(frozen=True, slots=True)
class Told:
    """Everything the account needs."""

    played: Played
    commands: int
    seconds: float
    answered: tuple[Answered, ...]
    aside: Mapping[str, Any]
    checks: Checks
    cast: Any
    asked: tuple[Asked, ...]

    def left_out(self) -> Mapping[str, int]:
        """Lines of time reports that became no event, by code, the most frequent first."""
        found: Counter[str] = Counter()
        for reason, count in self.played.left_out.items():
            found[reason.partition(" ")[0]] += count
        return dict(found.most_common())


def demonstrated(out: Out, settings: Settings, wish: Wish) -> Told:
    """Play the story and check it. Raises what ground, server and door raise."""
    slots = wish.inputs.slots()
    with demo_ground(settings, keep=wish.keep) as place:
        out.progress(f"SIMULERAD TID / SIMULATED TIME - {place.origin}")
        with wish.serve(settings) as url, closing(Door(url)) as door:
            played, seconds = _played(door, wish.inputs, slots)
            out.progress("frågor och kontroller / questions and checks ...")
            cast = wish.inputs.cast()
            answered, aside = answers(door, cast), side_stories(door, cast)
            questions = asked(door, cast)
            _await_views(door)
        checks = _checked(place, settings)
    return Told(played, sum(map(len, slots)), seconds, answered, aside, checks, cast, questions)


def result(told: Told, shown: Sequence[Any]) -> Result:
    """The document, the account, and 3 when something is not as it should be."""
    checks = told.checks
    document = {
        "events": checks.events,
        "awards": checks.types.get("order-awarded", 0),
        "intact": checks.intact,
        "answers": [one.document() for one in told.answered],
        "questions": [one.document() for one in told.asked],
        "ledger": checks.ledger,
        "simulated": True,
        "views_same": checks.views_same,
        "commands": told.commands,
        "repeated": told.played.repeated,
        "left_out": dict(sorted(told.played.left_out.items())),
        "seconds": round(told.seconds, 1),
    }
    answered = all(one.evident for one in told.answered) and all(one.answer for one in told.asked)
    fine = checks.intact and checks.views_same and answered
    return Result(document, tuple(shown), FINE if fine else DIFFERENT)


def _played(door: Door, inputs: Inputs, slots: Sequence[Sequence[Step]]) -> tuple[Played, float]:
    began = time.monotonic()
    with telling(sum(map(len, slots))) as progress:
        player = Player(door, inputs)
        played = player.play(slots, lambda slot: progress.step(len(slot), slot[-1].at[:7]))
    return played, time.monotonic() - began


def _await_views(door: Door) -> None:
    """Until the server's follower has come to the end; the comparison later says if it did not."""
    deadline = time.monotonic() + VIEWS_SECONDS_MAX
    while time.monotonic() < deadline:
        checks = door.ask("/health/ready")["checks"]
        if any(check["name"] == "views" and check["detail"].startswith("0 ") for check in checks):
            return
        time.sleep(0.05)


def _checked(place: Place, settings: Settings) -> Checks:
    report = result_of(verify(place.serve_url)).document
    with opened(place, settings, follow=False) as parts:
        types, months = _counted(parts)
        late = sum(_is_late(stored) for stored in parts.log.tail(types=(SHIFT_REPORTED,)))
        views = replayed(parts, views_named(None), None).document["views"]
        ledger = parts.ledger.ledger
    return Checks(ledger, place.origin, types, months, late, report["intact"], report["findings"], views)


def _counted(parts: Parts) -> tuple[Counter[str], Counter[str]]:
    types: Counter[str] = Counter()
    months: Counter[str] = Counter()
    for stored in parts.log.tail():
        types[stored.type.partition(".")[0]] += 1
        months[f"{local_date(stored.recorded_at):%Y-%m}"] += 1
    return types, months


def _is_late(stored: Stored) -> bool:
    """Whether a shift was reported later than in the month after it was worked."""
    on, told = event_of(stored).on, local_date(stored.recorded_at)
    return bool((told.year - on.year) * 12 + told.month - on.month > 1)
