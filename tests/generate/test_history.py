"""The generated history: the same from the same seed, of the calibrated shape, in words the door takes."""

from collections import Counter
from hashlib import sha256

import pytest

from api.generate.run import maker_of, tell, without_collection
from api.shapes import adapter
from ledger.events.base import EVENTS as EVENTS_DECLARED
from ledger.events.base import event_type
from ledger.handle.chance import SeededChance, generated_id

EVENTS = 30_000


def told(events, seed):
    """Everything that is made, in memory: the commands, the events by name, and a digest of every byte."""
    chance = SeededChance(generated_id(events, seed), seed)
    maker, commands, digest, made = maker_of(generated_id(events, seed), seed), [], sha256(), []

    def carry(envelope):
        ruled = maker.decide(envelope)
        commands.append(envelope.command)
        made.extend(ruled.events)
        parted = maker.parted(ruled)
        for one in parted.sealed(chance, maker.vault)[1]:
            digest.update(one.content + one.body)
        return ruled.first, ruled.events

    with without_collection():
        tell(carry, maker, events, seed)
    return commands, made, digest.hexdigest()


@pytest.fixture(scope="module")
def history():
    return told(EVENTS, 3)


@pytest.fixture(scope="module")
def whole():
    """The events of a history large enough for everything that is told by counting."""
    return told(60_000, 3)[1]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert told(4_000, 5)[2] == told(4_000, 5)[2]
    assert told(4_000, 5)[2] != told(4_000, 6)[2]


def test_it_has_as_many_events_as_were_asked_for_and_those_of_the_last_command(history):
    assert EVENTS <= len(history[1]) < EVENTS + 500


def test_every_command_is_one_that_the_door_would_take(history):
    for command in history[0][::7]:
        reader = adapter(type(command))
        assert reader.validate_json(reader.dump_json(command)) == command


def test_it_has_what_section_9_and_the_agreement_know(history):
    found = Counter(type(one).__name__ for one in history[1])
    assert found["PolicyPublished"] == 3 + 2
    assert found["CalendarFrozen"] >= 3
    wanted = (
        "ShiftCorrected", "DeviationDecided", "BreachNoticeServed", "OfferTurnedAway", "ConfirmationLate",
        "AwardLapsed", "OrderWithdrawn", "AssignmentCancelled",
    )  # fmt: skip
    assert not [name for name in wanted if not found[name]]
    assert 10 < found["ShiftReported"] / found["ContractConcluded"] < 22


NOT_IN_A_SMALL_HISTORY = {
    "clock-accepted.v1": "only on the real clock",
    "signing-key-named.v1": "only with a key of one's own",
    "signing-key-changed.v1": "only with a key of one's own",
    "evidence-case-opened.v1": "a case is made by whoever needs a package; older seeds keep their bytes",
    "evidence-question-added.v1": "only in a case",
    "evidence-award-added.v1": "only in a case",
    "evidence-records-added.v1": "only in a case",
    "evidence-case-closed.v1": "only in a case",
}


def test_every_kind_of_event_that_the_demonstration_has_is_there_too(whole):
    found = {event_type(one).stored for one in whole}
    assert found | set(NOT_IN_A_SMALL_HISTORY) == set(EVENTS_DECLARED)
    assert not found & set(NOT_IN_A_SMALL_HISTORY)


def test_most_invoiced_lines_match_and_some_that_do_not_are_credited(whole):
    found = Counter(type(one).__name__ for one in whole)
    lines = sum(len(one.lines) for one in whole if type(one).__name__ == "AssignmentInvoiced")
    assert found["InvoiceLineMismatched"] < lines / 20
    assert 0 < found["InvoiceLineCredited"] < found["InvoiceDisputed"] < found["InvoiceRecorded"] / 3


def test_the_ladder_is_climbed_to_a_quarantine_that_suppliers_notice(whole):
    rungs = Counter(one.rung for one in whole if type(one).__name__ == "MeasureDecided")
    assert rungs["remark"]
    assert rungs["quarantine"]
    excluded = [one for one in whole if type(one).__name__ == "OrderRecipientExcluded"]
    assert {one.code for one in excluded} >= {"quarantine"}


def test_summers_have_more_orders_than_autumns_and_later_years_fewer(history):
    orders = Counter(f"{one.position_from:%Y-%m}" for one in _published(history[1]))
    years = Counter(month[:4] for month in orders.elements())
    assert sum(orders[f"2025-{m:02}"] for m in (6, 7)) > sum(orders[f"2025-{m:02}"] for m in (9, 10))
    assert years["2024"] > max(years["2025"], years["2026"])


def test_late_rows_and_repeats_are_left_out_with_their_reasons(history):
    left = Counter(
        line.code for one in history[1] if type(one).__name__ == "TimeReportReceived" for line in one.left_out
    )
    assert left["duplicate"]
    assert left["time"]


class _Published:
    def __init__(self, event):
        self.position_from = event.positions[0].from_on


def _published(events):
    return [_Published(one) for one in events if type(one).__name__ == "OrderPublished"]


@pytest.mark.parametrize(
    ("events", "seed"), [(2_001, 3), (4_000, 1), (6_000, 2), (7_999, 5), (12_000, 1), (100_001, 2)]
)
def test_it_comes_to_its_length_whatever_that_is(events, seed):
    """In the last one all that was forgotten of a report is mended by the next before it is approved."""
    maker = maker_of(generated_id(events, seed), seed)

    def carry(envelope):
        ruled = maker.decide(envelope)
        return ruled.first, ruled.events

    with without_collection():
        tell(carry, maker, events, seed)
    assert events <= maker.head < events * 1.03
