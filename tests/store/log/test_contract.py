"""The contract of the log, kept by both implementations."""

import threading

import pytest
from msgspec.structs import replace

from ledger.errors import ClockStopped, CommandReused, Conflict, LedgerError, Unavailable
from ledger.fold import Selector
from ledger.store.clock import AHEAD_MAX_US, JUMP_ACCEPTED, JUMP_MAX_US
from ledger.store.codec import leaf_of, parse_record, record_of, root_of
from tests.store.log.appends import T0, TYPE, append, now

OTHER = "other-happened.v1"


def test_an_empty_log_ends_at_position_zero(log):
    assert log.head().position == 0
    assert list(log.tail()) == []
    assert log.boundary((Selector((TYPE,), "thing:a"),)) == (0, [])


def test_positions_have_no_gaps_and_events_of_one_command_share_their_instant(log):
    first = log.append(append(("thing:a",), ("thing:b",)))
    second = log.append(append(at=T0 - 5))
    assert (first.first, first.last, second.first, second.last) == (1, 2, 3, 3)
    assert [stored.recorded_at for stored in log.tail()] == [T0, T0, T0 + 1]
    assert log.head().position == 3


def test_the_record_is_what_the_format_says(log):
    command = append(("thing:a",), ("thing:b",))
    outcome = log.append(command)
    for record, sealed, leaf in zip(log.records(), command.events, outcome.leaves, strict=True):
        assert record.record == record_of(record.position, record.recorded_at, sealed.content)
        assert record.leaf == leaf == leaf_of(record.record)
        assert root_of(record.body) == parse_record(record.record).root
        assert record.body == sealed.body
    assert outcome.event_ids == tuple(event.event_id for event in command.events)


def test_a_change_after_the_position_decided_on_is_a_conflict(log):
    head = log.append(append()).last
    log.append(append(unless=("thing:a",), after=head))
    with pytest.raises(Conflict):
        log.append(append(unless=("thing:a",), after=head))
    assert log.head().position == 2


def test_a_condition_looks_at_its_types_and_tags_only(log):
    log.append(append(types=[OTHER]))
    log.append(append(("thing:b",)))
    assert log.append(append(unless=("thing:a",))).first == 3


def test_the_same_command_answers_again_with_its_first_outcome(log):
    command = append(("thing:a",), ("thing:b",), unless=("thing:a",))
    first = log.append(command)
    again = log.append(command)
    assert again.repeated
    assert not first.repeated
    assert (again.first, again.last, again.event_ids, again.leaves, again.recorded_at) == (
        first.first, first.last, first.event_ids, first.leaves, first.recorded_at,
    )  # fmt: skip
    assert log.outcome(command.client, command.command_id, command.mac) == again
    assert log.head().position == 2


def test_a_command_id_with_other_content_is_refused_and_another_client_may_use_it(log):
    log.append(append(command_id="k-1"))
    with pytest.raises(CommandReused):
        log.append(append(command_id="k-1", mac=bytes(32)))
    with pytest.raises(CommandReused):
        log.outcome("c-1", "k-1", bytes(32))
    assert log.append(append(command_id="k-1", client="c-2", mac=bytes(32))).first == 2
    assert log.outcome("c-1", "k-2") is None


def test_a_boundary_has_each_event_once_in_order_and_the_head(log):
    log.append(append(("thing:a", "thing:b"), ("thing:c",), ("thing:b",)))
    selectors = (Selector((TYPE, OTHER), "thing:a"), Selector((TYPE,), "thing:b"))
    head, events = log.boundary(selectors)
    assert (head, [stored.position for stored in events]) == (3, [1, 3])
    assert log.boundary(selectors, after=1)[1] == events[1:]
    assert log.boundary(selectors, upto=2) == (2, events[:1])


def test_a_tail_is_bounded_by_positions_and_types(log):
    log.append(append(*[(f"thing:{k}",) for k in range(10)], types=[TYPE, OTHER] * 5))
    assert [stored.position for stored in log.tail(after=2, upto=7)] == [3, 4, 5, 6, 7]
    assert [stored.position for stored in log.tail(types=[OTHER], after=2)] == [4, 6, 8, 10]
    assert [record.position for record in log.records(after=8)] == [9, 10]


def test_bare_records_are_the_same_as_whole_ones(log, monkeypatch):
    monkeypatch.setattr("ledger.store.reading.STRETCH_BARE", 3)
    for number in range(4):
        log.append(append((f"thing:{number}",), ("thing:b",), facts=b'{"a":%d}' % number))
    whole = [(one.position, one.record, one.body) for one in log.records()]
    found = [(one.position, one.record, log.opened(one.body)) for one in log.bare()]
    assert found == whole
    assert [one.position for one in log.bare(after=2, upto=7)] == [3, 4, 5, 6, 7]
    assert list(log.bare(after=8)) == []


def test_records_are_looked_up_by_position(log):
    log.append(append(*[(f"thing:{k}",) for k in range(5)]))
    found = log.records_at([4, 2, 4, 99, 0])
    assert found == [record for record in log.records() if record.position in {2, 4}]
    assert log.records_at([]) == []


def test_an_instant_becomes_a_position_that_nothing_slips_below(log):
    for at in (T0, T0 + 10, T0 + 20):
        log.append(append(at=at))
    assert [log.position_at(T0 + late) for late in (-1, 0, 9, 10, 19)] == [0, 1, 1, 2, 2]
    assert log.position_at(T0 + 100) == 3
    assert log.append(append(at=T0 + 50)).recorded_at == T0 + 101
    assert log.position_at(T0 + 100) == 3
    assert log.head().recorded_at == T0 + 101


def test_what_will_be_known_in_the_future_is_no_question(open_log):
    with open_log(mode="real") as log:
        log.append(append(at=now(), mode="real"))
        with pytest.raises(ClockStopped):
            log.position_at(now() + 2 * AHEAD_MAX_US)


@pytest.mark.parametrize("mode", ["simulated", "real"])
def test_an_absurd_instant_does_not_stop_the_ledger_for_ever(open_log, mode):
    with open_log(mode=mode) as log:
        for end in (2**53, 2**63 - 1):
            with pytest.raises(ClockStopped):
                log.position_at(end)
            assert log.append(append(at=now(), mode=mode)).recorded_at < now() + AHEAD_MAX_US
            with pytest.raises(ClockStopped):
                log.position_at(end)


def test_a_command_has_at_least_one_event():
    with pytest.raises(ValueError, match="at least one"):
        replace(append(), events=())


def test_a_decision_on_positions_that_are_not_there_is_refused(log):
    log.append(append())
    with pytest.raises(LedgerError, match="positions beyond"):
        log.append(append(unless=("thing:b",), after=7))
    assert log.append(append(unless=("thing:b",), after=1)).first == 2


def test_a_real_clock_may_not_run_ahead(open_log):
    with open_log(mode="real") as log:
        with pytest.raises(ClockStopped):
            log.append(append(at=now() + 2 * AHEAD_MAX_US, mode="real"))
        assert log.append(append(at=now(), mode="real")).first == 1


def test_a_clock_that_jumps_stops_appends_until_an_operator_accepts_it(open_log):
    with open_log(mode="real") as log:
        log.append(append(at=now() - JUMP_MAX_US - 60_000_000, mode="real"))
        with pytest.raises(ClockStopped):
            log.append(append(at=now(), mode="real"))
        log.append(append(types=[JUMP_ACCEPTED], at=now(), mode="real"))
        assert log.append(append(at=now(), mode="real")).first == 3


def test_waiting_ends_with_the_next_event(log):
    seen = []
    waiter = threading.Thread(target=lambda: seen.append(log.wait(0, 10)))
    waiter.start()
    log.append(append())
    waiter.join(5)
    assert seen == [1]
    assert log.wait(1, 0.05) == 1


def test_a_closed_log_takes_nothing(open_log):
    with open_log() as log:
        log.append(append())
    with pytest.raises(Unavailable):
        log.append(append())


@pytest.mark.parametrize("types", [None, [TYPE]])
def test_a_stream_of_large_events_is_whole(log, monkeypatch, types):
    monkeypatch.setattr("ledger.store.reading.STRETCH_BYTES", 3000)
    for size in (10, 5000, 10, 10, 2000, 2000, 2000, 10):
        log.append(append(facts=b'{"a":"' + b"x" * size + b'"}'))
        log.append(append(types=[OTHER]))
    wanted = list(range(1, 17)) if types is None else list(range(1, 16, 2))
    assert [stored.position for stored in log.tail(types=types)] == wanted
    assert [record.position for record in log.records(after=1)] == list(range(2, 17))
    assert [record.position for record in log.bare(after=1)] == list(range(2, 17))
