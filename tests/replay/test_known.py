"""``known_at``: resolved once to a position, with clear noes at both ends."""

from datetime import date

import pytest
from freezegun import freeze_time

from ledger.clock import RealClock, SimulatedClock
from ledger.store.memory import MemoryLog
from ledger.values import MINUTE_US, instant_text
from replay.known import (
    AtInstant,
    AtPosition,
    BadKnownAtError,
    BeforeGenesisError,
    InTheFutureError,
    Known,
    KnownAtError,
    looked_up,
    parse_known_at,
    resolve,
)
from tests.histories import START_AT, START_ON, Story, record
from tests.projections.conftest import Place

NOW = START_AT + 60 * MINUTE_US


@pytest.fixture
def log() -> MemoryLog:
    made = MemoryLog(mode="simulated")
    record(made, Story().opened().events)
    return made


def test_an_instant_is_the_last_position_recorded_by_then(place: Place) -> None:
    record(place.log, Story().opened().events)
    clock = SimulatedClock(NOW)
    for at, position in ((START_AT, 1), (START_AT + MINUTE_US - 1, 1), (START_AT + MINUTE_US, 2), (NOW, 2)):
        assert resolve(place.log, clock, AtInstant(at)) == Known(position, START_ON)


def test_nothing_slips_below_an_answer_given(place: Place) -> None:
    story = Story().opened()
    record(place.log, story.events)
    known = resolve(place.log, SimulatedClock(NOW), AtInstant(NOW))
    story.worked("c-1", "a-1", START_ON, 1)
    record(place.log, story.events[2:], at=NOW - MINUTE_US)
    assert resolve(place.log, SimulatedClock(NOW), AtInstant(NOW)) == known
    assert place.log.head().position > known.position


def test_now_is_the_head_and_the_local_date_of_the_clock(log: MemoryLog) -> None:
    assert resolve(log, SimulatedClock(NOW), None) == Known(2, START_ON)


def test_a_position_has_the_local_date_of_its_recording(place: Place) -> None:
    record(place.log, Story().opened().events)
    assert resolve(place.log, SimulatedClock(NOW), AtPosition(1)) == Known(1, START_ON)


def test_before_genesis_is_claimed_by_the_source(place: Place) -> None:
    record(place.log, Story().opened().events)
    for known_at in (AtInstant(START_AT - 1), AtPosition(0)):
        with pytest.raises(BeforeGenesisError, match="claimed by the source"):
            resolve(place.log, SimulatedClock(NOW), known_at)


def test_an_empty_ledger_knows_nothing() -> None:
    with pytest.raises(BeforeGenesisError):
        resolve(MemoryLog(mode="simulated"), SimulatedClock(NOW), None)


def test_the_future_is_refused(place: Place) -> None:
    record(place.log, Story().opened().events)
    with pytest.raises(InTheFutureError, match="future of the ledger's clock"):
        resolve(place.log, SimulatedClock(NOW), AtInstant(NOW + 1))
    with pytest.raises(InTheFutureError, match="not recorded yet"):
        resolve(place.log, SimulatedClock(NOW), AtPosition(3))


def test_looked_up_without_a_trace_it_is_the_same_and_has_the_same_words(log: MemoryLog) -> None:
    clock = SimulatedClock(NOW)
    for at in (START_AT, START_AT + MINUTE_US - 1, START_AT + MINUTE_US, NOW):
        assert looked_up(log, clock, AtInstant(at)) == resolve(log, clock, AtInstant(at)).position
    for wrong in (AtInstant(START_AT - 1), AtInstant(NOW + 1), AtPosition(3)):
        said = []
        for find in (resolve, looked_up):
            with pytest.raises(KnownAtError) as found:
                find(log, clock, wrong)
            said.append((type(found.value), str(found.value)))
        assert said[0] == said[1]


@freeze_time("2025-01-01T23:30:00Z")
def test_with_the_machines_clock_the_local_date_is_stockholms(log: MemoryLog) -> None:
    assert resolve(log, RealClock(), None) == Known(2, date(2025, 1, 2))


def test_it_is_written_as_an_instant_or_a_position() -> None:
    assert parse_known_at("p12") == parse_known_at("12") == AtPosition(12)
    assert parse_known_at(instant_text(START_AT)) == AtInstant(START_AT)
    assert parse_known_at("2025-01-01T08:00:00+01:00") == AtInstant(START_AT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "p0",
        "-1",
        "yesterday",
        "2025-01-01",
        "2025-01-01T08:00:00",
        "p1~x",
        "1960-01-01T00:00:00Z",
        "2025-13-01T00:00:00Z",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadKnownAtError, match="a position is written like p120"):
        parse_known_at(text)
