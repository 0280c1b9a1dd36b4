"""Re-performance: no difference in an honest history; whatever was changed is found and named."""

import multiprocessing
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.decisions import base
from ledger.decisions.base import EVERY_VERSION, Decision
from ledger.errors import Unavailable
from ledger.events import base as events
from ledger.facts.ladder import ladder
from ledger.facts.orders import orders
from ledger.facts.policies import policies
from ledger.facts.worked_shifts import worked_time
from ledger.fold import Fold, until
from ledger.handle.reading import read_folds
from ledger.store.body import contents, fields_json, masked, packed
from ledger.store.codec import header_of, parse_record
from ledger.store.log import Log
from ledger.store.memory import MemoryLog
from replay import parts
from replay.again import Difference, again
from replay.parts import PartFailedError
from replay.past import Past, UnreadableError
from replay.recorded import decisions
from replay.reperform import Scope, Share, reperformed
from replay.shares import Kept, Progress, in_processes
from replay.stretches import ADDING, GROWTH, cuts
from replay.tally import Tally, merged
from tests.histories import AGREEMENT, Story, record
from tests.random_histories import stories
from tests.replay.histories import CASES, award_world, played, position_of, rewritten, with_body

WHOLE = Scope()


def counts(tally: Tally) -> tuple[int, int, int]:
    total = tally.total()
    return total.same, total.different, total.cannot


def timeless(tally: Tally) -> Tally:
    """The tally without the time it took."""
    for count in tally.rules.values():
        count.spent_ns = 0
    return tally


def facts_found(tally: Tally) -> dict[tuple[str, str], Difference]:
    """What differs by (rule, fact)."""
    return {(v.rule, one.fact): one for v in tally.findings for one in v.differences}


@pytest.mark.parametrize("rule", sorted(CASES))
def test_an_honest_history_is_the_same_again(rule: str) -> None:
    log = played(CASES[rule][-1]).log
    tally = reperformed(log, WHOLE)
    assert not tally.findings
    assert tally.total().same == len(log._commands)
    assert (tally.events, tally.position) == (log.head().position, log.head().position)


def test_recorded_refusals_are_made_again_too() -> None:
    worlds = [played(case) for case in (*CASES["offers"], *CASES["confirmation-deadline"])]
    tallies = [reperformed(world.log, WHOLE) for world in worlds]
    assert sum(tally.refusals for tally in tallies) >= 2
    assert not merged(tallies).findings


# --- what was changed is found and named


def test_a_tampered_event_is_named_with_decision_fact_and_rule() -> None:
    log = award_world().log
    award = position_of(log, "order-awarded.v1")

    def bribe(facts: dict[str, Any]) -> None:
        facts["ranking"][0]["rank"], facts["supplier"] = 9, "s-other"

    rewritten(log, award, bribe)
    tally = reperformed(log, WHOLE)
    found = facts_found(tally)
    assert counts(tally)[1:] == (1, 0)
    assert set(found) == {
        ("award-order@1", "order-awarded: ranking.0.rank"),
        ("award-order@1", "order-awarded: supplier"),
    }
    assert found["award-order@1", "order-awarded: ranking.0.rank"] == Difference(
        award, "order-awarded: ranking.0.rank", "9", "1"
    )


def test_a_tampered_past_shows_in_the_decisions_that_rest_on_it() -> None:
    log = award_world().log
    offered = position_of(log, "offer-received.v1")
    rewritten(log, offered, lambda facts: facts.update(received_at=facts["received_at"] + 60_000_000))
    found = facts_found(reperformed(log, WHOLE))
    assert {rule for rule, _ in found} >= {"submit-offer@1"}
    assert found["submit-offer@1", "offer-received: received_at"].position == offered


@pytest.mark.parametrize(
    ("header", "fact"),
    [
        ({"authority": "other"}, "authority"),
        ({"policy": {"digest": "00" * 32, "positions": (3,)}}, "policy"),
        ({"policy": None}, "policy"),
        ({"calendar": None}, "calendar"),
        ({"command": "withdraw-order"}, "command"),
        ({"agreement": "other"}, "order-awarded: agreement"),
        ({"secrecy": "secret"}, "order-awarded: secrecy"),
    ],
)
def test_a_tampered_header_is_named(header: dict[str, Any], fact: str) -> None:
    log = award_world().log
    rewritten(log, position_of(log, "order-awarded.v1"), **header)
    tally = reperformed(log, WHOLE)
    assert counts(tally)[1] == 1
    assert ("award-order@1", fact) in facts_found(tally)


def test_a_mandate_that_was_exchanged_is_found() -> None:
    log = award_world().log
    award = position_of(log, "order-awarded.v1")
    kept = header_of(parse_record(log._records[award - 1].record).header).mandate
    assert kept is not None
    rewritten(log, award, mandate=(kept[0], kept[1] + 1))
    assert ("award-order@1", "mandate") in facts_found(reperformed(log, WHOLE))
    rewritten(log, award, mandate=("m-attester", kept[1]))
    outcome = facts_found(reperformed(log, WHOLE))["award-order@1", "outcome"]
    assert outcome.made.startswith("refused: mandate-")


def test_a_decision_that_names_too_old_a_head_is_found() -> None:
    log = award_world().log
    award, offer = position_of(log, "order-awarded.v1"), position_of(log, "offer-received.v1")
    rewritten(log, award, head=offer - 1)
    found = facts_found(reperformed(log, WHOLE))
    assert "recorded after it" in found["award-order@1", "head"].made
    assert any(fact.startswith("order-awarded: ") for _, fact in found)


def test_a_changed_policy_value_is_found_where_it_stands_and_where_it_counts() -> None:
    log = award_world().log
    book = position_of(log, "policy-published.v1")

    def change(facts: dict[str, Any]) -> None:
        row = next(one for one in facts["rows"] if one["term"] == "award.count-max")
        row["value"] += 1

    rewritten(log, book, change)
    tally = reperformed(log, WHOLE)
    found = facts_found(tally)
    assert any(rule == "publish-policy@1" and fact.endswith(".value") for rule, fact in found)
    assert "award.count-max=" in found["award-order@1", "policy"].made
    assert any(fact.startswith("order-awarded: terms.") for _, fact in found)
    assert tally.rules["submit-offer@1"].different == 0


def test_a_second_group_that_was_changed_is_found_by_its_field() -> None:
    log = award_world().log
    award = position_of(log, "order-awarded.v1")
    body = log._records[award - 1].body
    assert body is not None
    groups = {name: content for name, content in contents(body).items() if content is not None}
    assert {b"facts", b"checks", b"command"} == set(groups)
    groups[b"checks"] = groups[b"checks"].replace(b'"met":true', b'"met":false', 1)
    with_body(log, award, packed(list(groups.items()), b"s" * 32)[0])
    found = facts_found(reperformed(log, WHOLE))
    assert [fact.split(".")[0] for _, fact in found] == ["order-awarded: checks"]


def test_an_event_made_again_is_what_its_bytes_say() -> None:
    log = award_world().log
    past = Past(log.records_at)
    for recorded in decisions(log.records()):
        same: dict[int, Any] = {}
        assert again(recorded, past, same).same
        assert set(same) == {event.position for event in recorded.events}
        for event in recorded.events:
            assert events.decode(event.type, fields_json(event.body or b"")) == same[event.position]
            past.add(event.position, event.type, event.tags, event.body)


def test_events_more_or_fewer_than_recorded_are_found(changed: "Changed") -> None:
    log = award_world().log
    changed("award-order@1", lambda ruling: replace_events(ruling, ruling.events * 2))
    found = facts_found(reperformed(log, WHOLE))
    assert found["award-order@1", "events"].recorded == "order-awarded.v1"
    assert found["award-order@1", "events"].made == "order-awarded, order-awarded"


# --- rules that change


class Changed:
    """Changes a rule that is in force: what its ruling becomes, under its label or under another version."""

    def __init__(self) -> None:
        self.before = dict(base._BY_LABEL), dict(base._CURRENT)

    def __call__(self, label: str, change: Any, version: int | None = None) -> Decision:
        old = EVERY_VERSION[label]

        def rule(command: Any, facts: Any, context: Any) -> Any:
            return change(old.rule(command, facts, context))

        made = replace(old, rule=rule, version=version or old.version)
        base._BY_LABEL[made.label] = base._CURRENT[made.name] = made
        return made

    def undo(self) -> None:
        for registry, before in zip((base._BY_LABEL, base._CURRENT), self.before, strict=True):
            registry.clear()
            registry.update(before)


@pytest.fixture
def changed() -> Iterator[Changed]:
    change = Changed()
    yield change
    change.undo()


def replace_events(ruling: Any, events: tuple[Any, ...]) -> Any:
    return base.Ruling(events, ruling.authority, ruling.terms, ruling.opens)


def with_reason(ruling: Any) -> Any:
    return replace_events(ruling, tuple(replace(one, reason="as the new rule says") for one in ruling.events))


def test_a_rule_changed_without_a_new_version_is_found_in_exactly_its_decisions(changed: Changed) -> None:
    log = award_world().log
    changed("award-order@1", with_reason)
    tally = reperformed(log, WHOLE)
    awards = sum(record.type == "order-awarded.v1" for record in log.records())
    assert [verdict.rule for verdict in tally.findings] == ["award-order@1"] * awards
    assert {fact for _, fact in facts_found(tally)} == {"order-awarded: reason"}


def test_old_decisions_stay_the_same_under_a_rule_of_a_new_version(changed: Changed) -> None:
    world = award_world()
    changed("award-order@1", with_reason, version=2)
    assert base.DECISIONS["award-order"].version == 2
    tally = reperformed(world.log, WHOLE)
    assert not tally.findings
    assert "award-order@2" not in tally.rules


def test_a_new_rule_decides_from_now_on_and_both_versions_are_made_again(changed: Changed) -> None:
    changed("award-order@1", with_reason, version=2)
    log = award_world().log
    tally = reperformed(log, WHOLE)
    assert not tally.findings
    assert "award-order@2" in tally.rules
    changed.undo()
    verdict = reperformed(log, WHOLE).findings[0]
    assert (verdict.rule, verdict.cannot) == (
        "award-order@2",
        "the rule award-order@2 is not kept in this code",
    )


def test_an_event_of_an_older_version_is_compared_after_its_upcast(monkeypatch: pytest.MonkeyPatch) -> None:
    log = award_world().log
    offer = position_of(log, "offer-received.v1")

    def older(facts: dict[str, Any]) -> None:
        facts["came_at"] = facts.pop("received_at")

    def newer(facts: dict[str, Any]) -> dict[str, Any]:
        return {**facts, "received_at": facts.pop("came_at")}

    monkeypatch.setattr(events, "_UPCASTERS", {"offer-received.v0": ("offer-received.v1", newer)})
    rewritten(log, offer, older, type="offer-received.v0")
    assert not reperformed(log, WHOLE).findings
    rewritten(log, offer, lambda facts: facts.update(came_at=facts["came_at"] + 1))
    found = facts_found(reperformed(log, WHOLE))
    assert ("submit-offer@1", "offer-received: received_at") in found


def test_the_rule_gets_the_instants_of_then(changed: Changed) -> None:
    log = award_world().log
    seen: list[tuple[int, int, int]] = []
    old = EVERY_VERSION["award-order@1"]

    def rule(command: Any, facts: Any, context: Any) -> Any:
        seen.append((context.decided_at, context.received_at, len(context.actor)))
        return old.rule(command, facts, context)

    base._BY_LABEL["award-order@1"] = replace(old, rule=rule)
    reperformed(log, WHOLE)
    header = header_of(parse_record(log._records[position_of(log, "order-awarded.v1") - 1].record).header)
    assert seen[-1] == (header.decided_at, header.received_at, len(header.actor))


# --- what was masked or disposed of


def test_what_is_masked_or_disposed_of_cannot_be_made_again_and_is_never_the_same() -> None:
    log = award_world().log
    award = position_of(log, "order-awarded.v1")
    for body in (masked(log._records[award - 1].body or b"", "command"), None):
        with_body(log, award, body)
        tally = reperformed(log, WHOLE)
        assert counts(tally)[1:] == (0, 1)
        assert tally.findings[-1].position == award
        assert "masked or disposed of" in tally.findings[-1].cannot


def test_a_command_of_which_only_a_later_event_is_withheld_cannot_be_made_again() -> None:
    log = award_world().log
    told = position_of(log, "order-recipient-notified.v1")
    assert header_of(parse_record(log._records[told - 1].record).header).n[0] > 1
    for body in (masked(log._records[told - 1].body or b"", "facts"), None):
        with_body(log, told, body)
        findings = reperformed(log, WHOLE).findings
        assert not any(verdict.differences for verdict in findings)
        assert f"the event at {told} is masked or disposed of" in findings[0].cannot


def test_what_rests_on_a_disposed_body_cannot_be_made_again() -> None:
    log = award_world().log
    offer = position_of(log, "offer-received.v1")
    with_body(log, offer, None)
    tally = reperformed(log, WHOLE)
    rules = {verdict.rule: verdict.cannot for verdict in tally.findings}
    assert set(rules) == {"submit-offer@1", "award-order@1"}
    assert str(offer) in rules["award-order@1"]
    assert counts(tally)[1] == 0


# --- ranges, parties, shares, going on


def test_a_range_takes_only_its_decisions() -> None:
    log = award_world().log
    award = position_of(log, "order-awarded.v1")
    tally = reperformed(log, Scope(after=award - 1, upto=award))
    assert (list(tally.rules), tally.total().decisions) == (["award-order@1"], 1)


def test_a_region_and_a_supplier_take_what_concerns_them() -> None:
    log = award_world().log
    whole = reperformed(log, WHOLE)
    region = reperformed(log, Scope(region="jamtland-harjedalen"))
    timeless(whole)
    timeless(region)
    assert region.rules["award-order@1"] == whole.rules["award-order@1"]
    assert region.rules["submit-offer@1"] == whole.rules["submit-offer@1"]
    assert "publish-policy@1" not in region.rules
    assert not reperformed(log, Scope(region="skane")).rules
    mine = reperformed(log, Scope(supplier="s-3"))
    assert 0 < mine.total().decisions < whole.total().decisions


def test_shares_come_to_the_whole() -> None:
    log = award_world().log
    whole = reperformed(log, WHOLE)
    parts = [reperformed(log, WHOLE, Share(n, 3)) for n in range(3)]
    assert all(part.total().decisions < whole.total().decisions for part in parts)
    assert timeless(merged(parts)) == timeless(merged([whole]))


def test_an_interrupted_run_goes_on_to_the_same_tally() -> None:
    log = award_world().log
    whole = timeless(reperformed(log, WHOLE))
    for cut in (1, log.head().position // 2, log.head().position):
        begun = reperformed(log, Scope(upto=cut))
        assert timeless(reperformed(log, WHOLE, so_far=begun)) == whole


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(1, 64))
def test_shares_are_stretches_that_follow_on_one_another(after: int, events: int, of: int) -> None:
    stretches = [Share(number, of).stretch(after, after + events) for number in range(of)]
    assert [begin for begin, _ in stretches] == [after, *(end for _, end in stretches[:-1])]
    assert stretches[-1][1] == after + events
    assert all(begin <= end for begin, end in stretches)


@pytest.mark.parametrize("of", [2, 3, 8, 64])
def test_shares_take_equally_long_by_what_adding_and_growth_cost(of: int) -> None:
    events = 1_000 * of
    times = [
        ADDING * begin + sum(1 + GROWTH * position / events for position in range(begin, end))
        for begin, end in pairwise(cuts(0, events, of))
    ]
    assert max(times) - min(times) < 4


@pytest.mark.parametrize("share", [Share(0, 2), Share(1, 2)])
def test_a_share_that_was_interrupted_anywhere_goes_on_to_the_same_tally(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("replay.reperform.TELL_EVERY", 1)
    log, told = award_world().log, list[bytes]()
    whole = timeless(reperformed(log, WHOLE, share, tell=lambda t: told.append(msgspec.json.encode(t))))
    assert len(told) > 20
    for kept in (told[0], told[len(told) // 2], told[-1], msgspec.json.encode(whole)):
        begun = msgspec.json.decode(kept, type=Tally)
        assert timeless(reperformed(log, WHOLE, share, begun)) == whole


def test_progress_is_kept_for_one_ledger_code_scope_and_number_of_processes(tmp_path: Path) -> None:
    begun = Progress(WHOLE, [reperformed(award_world().log, Scope(upto=30))])
    kept = Kept(tmp_path, "l-1", "code", WHOLE, 1)
    assert kept.load() is None
    kept.save(begun)
    assert Kept(tmp_path, "l-1", "code", WHOLE, 1).load() == begun
    others = [
        Kept(tmp_path, "l-2", "code", WHOLE, 1), Kept(tmp_path, "l-1", "other", WHOLE, 1),
        Kept(tmp_path, "l-1", "code", Scope(region="skane"), 1), Kept(tmp_path, "l-1", "code", WHOLE, 2),
    ]  # fmt: skip
    assert not any(other.load() for other in others)
    kept.forget()
    assert kept.load() is None


def nowhere() -> Log:
    raise Unavailable("there is no such ledger")


def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(PartFailedError, match="no such ledger"):
        in_processes(nowhere, Progress(WHOLE, [Tally(), Tally()]), lambda _: None)


def killed() -> Log:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def test_a_process_that_is_killed_ends_the_run_at_once() -> None:
    with pytest.raises(PartFailedError, match="ended without its result"):
        in_processes(killed, Progress(WHOLE, [Tally(), Tally()]), lambda _: None)


@pytest.mark.parametrize("written", [0, 2, 4, 9])
def test_a_process_killed_while_it_writes_is_not_waited_for(written: int) -> None:
    line, its_end = multiprocessing.Pipe(duplex=False)
    os.write(its_end.fileno(), (struct.pack("!i", 1_000_000) + b"of a tally")[:written])
    its_end.close()
    with pytest.raises(PartFailedError, match="ended without its result"):
        parts.listen([line], lambda *_: None)


def test_no_process_is_left_that_nobody_waited_for() -> None:
    """Until somebody waits for a process, the memory that it needed is counted nowhere."""
    with pytest.raises(PartFailedError):
        in_processes(nowhere, Progress(WHOLE, [Tally()] * 3), lambda _: None)
    left = psutil.Process().children()
    assert [
        one for one in left if one.status() == psutil.STATUS_ZOMBIE or "spawn_main" in str(one.cmdline())
    ] == []


def stopped_if_first(first: Path) -> Log:
    try:
        first.touch(exist_ok=False)
    except FileExistsError:
        raise Unavailable("there is no such ledger") from None
    os.kill(os.getpid(), signal.SIGSTOP)
    raise AssertionError


def test_a_process_that_was_stopped_is_ended_with_the_others(tmp_path: Path) -> None:
    """One that is stopped hears no SIGTERM; to wait for it would be to wait for ever."""
    with pytest.raises(PartFailedError, match="no such ledger"):
        in_processes(
            partial(stopped_if_first, tmp_path / "1"), Progress(WHOLE, [Tally()] * 2), lambda _: None
        )


ORPHANS = """
import os, signal, sys, time
from replay.parts import carried_out, end_if_alone

def endless(_n, say):
    say(os.getpid())
    while True:
        time.sleep(0.05)
        end_if_alone()

told = []
def hear(_n, pid):
    told.append(pid)
    if len(told) == 2:
        print(*told, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    carried_out(endless, [(0,), (1,)], hear)
"""


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    ended = subprocess.run([sys.executable, script], check=False, capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    begun = [int(pid) for pid in ended.stdout.split()]
    assert len(begun) == 2
    gone_by = time.monotonic() + 30
    while any(psutil.pid_exists(pid) for pid in begun) and time.monotonic() < gone_by:
        time.sleep(0.05)
    assert not any(psutil.pid_exists(pid) for pid in begun)


# --- the past


@given(stories(), st.data())
def test_states_are_those_of_a_fold_over_the_shorter_log(story: Story, data: st.DataObject) -> None:
    log = MemoryLog(mode="simulated")
    record(log, story.events, per_command=3)
    past = Past(
        log.records_at, recent_max=data.draw(st.integers(0, 40)), held_max=data.draw(st.integers(1, 9))
    )
    kinds = [worked_time("c-0"), worked_time("c-1"), ladder("s-0"), orders("o-1"), policies(AGREEMENT)]
    for stored in log.records():
        header = header_of(parse_record(stored.record).header)
        past.add(stored.position, stored.type, header.tags, stored.body)
        if data.draw(st.booleans()):
            fold: Fold[Any] = data.draw(st.sampled_from(kinds))
            head = data.draw(st.integers(0, stored.position))
            expected = read_folds(log, {"x": fold}, upto=head)[1]["x"]
            assert past.state(fold, head) == expected
            after = data.draw(st.integers(0, head))
            earlier = past.state(fold, after)
            assert fold.from_state(earlier, past.happened(fold, after, head)) == expected
            assert fold.key in past.keys(fold.kind.prefix) or expected == fold.kind.initial
            blind = until(fold.kind, head)(fold.key)
            assert past.state(blind, stored.position) == expected


def test_a_past_that_forgot_fetches_again() -> None:
    story = Story().opened()
    story.worked("c-1", "a-1", story.events[1].decided_on, 9)
    log = MemoryLog(mode="simulated")
    record(log, story.events)
    fetched: list[int] = []

    def fetch(positions: Any) -> Any:
        fetched.extend(positions)
        return log.records_at(positions)

    past = Past(fetch, recent_max=2)
    for stored in log.records():
        past.add(
            stored.position, stored.type, header_of(parse_record(stored.record).header).tags, stored.body
        )
    head = log.head().position
    assert past.state(worked_time("c-1"), head) == read_folds(log, {"x": worked_time("c-1")})[1]["x"]
    assert len(fetched) == head - 2 - 2  # all but genesis, policy and the two that are recent


def test_a_fold_over_what_is_disposed_of_cannot_be_read_however_often_it_is_asked_for() -> None:
    story = Story().opened()
    story.worked("c-1", "a-1", story.events[1].decided_on, 9)
    log = MemoryLog(mode="simulated")
    record(log, story.events)
    past = Past(log.records_at)
    for stored in log.records():
        tags = header_of(parse_record(stored.record).header).tags
        past.add(stored.position, stored.type, tags, None if "consultant:c-1" in tags else stored.body)
    for _ in range(2):
        with pytest.raises(UnreadableError, match="was disposed of"):
            past.state(worked_time("c-1"), log.head().position)


def test_progress_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "l-1", "code", WHOLE, 1)
    kept.save(Progress(WHOLE, [Tally()]))
    for content in (b"", kept.path.read_bytes()[:-1], b"\xff", b"[]", b"[" * 100_000, b'{"scope":"\xff"}'):
        kept.path.write_bytes(content)
        assert kept.load() is None
    kept.path.unlink()
    kept.path.mkdir()
    assert kept.load() is None


def test_progress_that_cannot_be_kept_says_why_and_hinders_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    kept = Kept(tmp_path / "file", "l-1", "code", WHOLE, 1)
    kept.forget()
    kept.save(Progress(WHOLE, [Tally()]))
    assert kept.problem.startswith(f"{kept.path}: ")
    assert kept.load() is None


@pytest.mark.parametrize(
    "other",
    [
        Progress(WHOLE, []),
        Progress(WHOLE, [Tally(), Tally()]),
        Progress(Scope(after=4), [Tally(4)]),
        Progress(Scope(region="skane"), [Tally()]),
        Progress(WHOLE, [Tally(-1)]),
    ],
)
def test_progress_of_another_run_is_none(tmp_path: Path, other: Progress) -> None:
    kept = Kept(tmp_path, "l-1", "code", WHOLE, 1)
    kept.save(other)
    assert kept.load() is None
