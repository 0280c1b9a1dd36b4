"""The library's own contract for DCB recorders, and that its port sees what the domain wrote."""

import pytest
from eventsourcing.dcb.api import DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.tests import DCBRecorderTestCase
from eventsourcing.persistence import ProgrammingError

from ledger.store.recorder import LedgerRecorder
from tests.store.log.appends import TYPE, append


@pytest.fixture
def recorder(log):
    return LedgerRecorder(log, mode="simulated")


def test_the_librarys_contract_for_append_and_read(recorder):
    DCBRecorderTestCase()._test_append_read(recorder)


def test_the_librarys_contract_for_append_and_subscribe(recorder):
    DCBRecorderTestCase()._test_append_subscribe(recorder)


def test_the_port_reads_domain_events(log, recorder):
    log.append(append(("thing:a", "thing:b")))
    recorder.append([DCBEvent("raw", b"\x00\xff", ["x", "x"])])
    first, second = recorder.read()
    assert (first.event.type, first.event.data) == (TYPE, b'{"what":"something"}')
    assert (second.event.data, second.event.tags) == (b"\x00\xff", ["x"])
    assert [
        event.position for event in recorder.read(DCBQuery([DCBQueryItem(tags=["thing:b", "thing:a"])]))
    ] == [1]


def test_an_append_without_events_is_an_error(recorder):
    with pytest.raises(ProgrammingError):
        recorder.append([])


def test_a_stopped_subscription_ends(recorder):
    recorder.append([DCBEvent("raw", b"1", [])])
    with recorder.subscribe() as subscription:
        assert next(subscription).position == 1
        subscription.stop()
        assert list(subscription) == []
