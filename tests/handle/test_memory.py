"""The shell's memory: decided on cached states without a read, and never wrong for it."""

import dataclasses
from datetime import date

import pytest
from msgspec import structs

from ledger.decisions.parties import RecordAccession, RegisterRegion
from ledger.decisions.suppliers import RegisterSupplier
from ledger.errors import Refusal
from ledger.events.parties import Entity
from ledger.facts.parties import regions
from ledger.handle.reading import NO_CACHE, FoldCache, read_folds
from ledger.store.codec import header_of, parse_record
from ledger.store.memory import MemoryLog
from tests.handle.test_shell import envelope, shell_on

RS = Entity(authority="rs", name="Region Exempel", level="region", organisation_number="232100-0214")
REGION = RegisterRegion(region="r-1", name="Region Exempel", entities=(RS,), source="RS 1")
LOT = RecordAccession(
    agreement="hyr-2024", region="r-1", lot="l-1", from_on=date(2024, 3, 1), decided_on=date(2024, 2, 14),
    decided_by="decider-1", registry_number="RS/1/2024",
)  # fmt: skip


def lot(n):
    return dataclasses.replace(LOT, lot=f"l-{n}")


class Counted(MemoryLog):
    """A log that counts how often it was read for a decision."""

    reads = 0

    def boundary(self, selectors, *, after=0, upto=None):
        self.reads += 1
        return super().boundary(selectors, after=after, upto=upto)


@pytest.fixture
def log():
    return Counted(mode="simulated")


@pytest.fixture
def warm(log):
    shell = shell_on(log, FoldCache())
    shell.handle(envelope(REGION, "c-region"))
    return shell


def state(log, cache=NO_CACHE):
    fold = regions("r-1")
    return read_folds(log, {fold.name: fold}, cache)[1][fold.name]


def test_what_was_just_decided_is_known_without_a_read(log, warm):
    before = log.reads
    for n in range(3):
        warm.handle(envelope(lot(n), f"c-{n}"))
    assert log.reads == before
    assert warm.cache.get(regions("r-1")).state == state(log)


def test_somebody_elses_event_is_found_by_the_condition_and_read(log, warm):
    shell_on(log).handle(envelope(lot(1), "c-1"))
    answer = warm.handle(envelope(lot(2), "c-2"))
    assert answer.outcome.first == 3
    assert header_of(parse_record(list(log.records())[2].record).header).head == 2
    assert warm.cache.get(regions("r-1")).state == state(log)


def test_what_somebody_else_recorded_is_not_allowed_from_memory(log, warm):
    shell_on(log).handle(envelope(lot(1), "c-1"))
    with pytest.raises(Refusal) as refused:
        warm.handle(envelope(lot(1), "c-2"))
    assert refused.value.positions == (2,)
    assert log.head().position == 2


def test_a_no_is_never_said_from_memory(log, warm):
    warm.handle(envelope(lot(1), "c-1"))
    before = log.reads
    with pytest.raises(Refusal):
        warm.handle(envelope(lot(1), "c-2"))
    assert log.reads > before


def test_a_repeat_from_memory_gives_the_first_outcome(log, warm):
    first = warm.handle(envelope(lot(1), "c-1"))
    assert warm.handle(envelope(lot(1), "c-1")).outcome == structs.replace(first.outcome, repeated=True)


def test_without_a_cache_every_decision_reads(log, warm):
    before = log.reads
    for n in range(3):
        shell_on(log).handle(envelope(lot(n), f"c-{n}"))
    assert log.reads == before + 3


def test_a_new_fold_beside_cached_ones_is_read(log, warm):
    supplier = RegisterSupplier(supplier="s-1", name="Exempel AB", organisation_number="559000-0005")
    warm.handle(envelope(supplier, "c-1"))
    assert log.head().position == 2
