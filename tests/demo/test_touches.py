"""The story touches everything: every command, every kind of event, and answers that say something."""

from dataclasses import MISSING, fields
from datetime import date
from random import Random

import pytest

from api.ask import answered
from api.demo.examples import parameters
from api.demo.steps import Inputs
from api.demo.story.telling import tell
from api.demo.story.write import written
from api.demo.words import EVENTS as NAMED
from ledger.decisions.base import DECISIONS
from ledger.events.base import EVENTS
from ledger.handle.reading import event_of
from projections.base import VIEWS, View
from projections.follow import Follower
from projections.shelf_memory import MemoryShelf
from replay.lists import keys_at
from replay.questions.base import by_number
from replay.timeline import Timeline
from tests.demo.memory import MemoryDoor, played_in_memory
from tests.replay.test_timeline import content

ON = date(2026, 6, 30)

NOT_IN_THE_STORY = {
    "open-ledger": "the demonstration opens its ledger before the story begins",
    "accept-clock": "only a ledger on the real clock accepts that it jumped",
    "name-signing-key": "a signature is made where the key is",
    "change-signing-key": "a signature is made where the key is",
}
NOT_RECORDED = {
    "clock-accepted.v1": "only on the real clock",
    "signing-key-named.v1": "only with a key of one's own",
    "signing-key-changed.v1": "only with a key of one's own",
}


@pytest.fixture(scope="module")
def committed() -> Inputs:
    return Inputs.in_folder()


@pytest.fixture(scope="module")
def whole(committed: Inputs) -> MemoryDoor:
    """The thirty months of the committed inputs; every step is answered as the story expects."""
    return played_in_memory(committed)[0]


def test_every_command_stands_in_the_inputs(committed: Inputs):
    told = {step.command for step in committed.steps()}
    assert told | set(NOT_IN_THE_STORY) == set(DECISIONS)
    assert not told & set(NOT_IN_THE_STORY)


def test_every_kind_of_event_is_recorded(whole: MemoryDoor):
    recorded = {stored.type for stored in whole.log.tail()}
    assert recorded | set(NOT_RECORDED) == set(EVENTS)
    assert not recorded & set(NOT_RECORDED)


def test_every_kind_of_event_has_a_name_in_both_languages():
    names = {kind.rpartition(".v")[0] for kind in EVENTS}
    assert set(NAMED) == names
    assert not [name for name, (swedish, english) in NAMED.items() if name in (swedish, english)]


def test_awards_leave_out_for_every_reason_of_the_story(whole: MemoryDoor):
    awards = [event_of(stored) for stored in whole.log.tail(types=("order-awarded.v1",))]
    codes = {offer.excluded_code for award in awards for offer in award.ranking}
    assert codes >= {
        "offer-incomplete", "offer-withdrawn", "award-lapsed", "former-employee", "licence-withdrawn",
        "quarantine",
    }  # fmt: skip


def test_invoice_lines_differ_in_every_way_of_the_story(whole: MemoryDoor):
    found = [event_of(stored) for stored in whole.log.tail(types=("invoice-line-mismatched.v1",))]
    assert {one.code for one in found} >= {
        "price-of-other-zone", "price-wrong", "hours-exceed", "duplicate", "article-wrong",
    }  # fmt: skip


def test_made_up_departures_of_real_regions_say_so(committed: Inputs):
    own = [step.body for step in committed.steps() if step.command == "publish-overlay"]
    for step in committed.steps():
        if step.command == "publish-policy":
            own += [row for row in step.body["rows"]["also"] if row["level"] != "nation"]
    assert own
    for value in own:
        assert value["source"] == "assumption"
        said = value["assumed"].lower()
        assert "made up" in said
        assert "påhitta" in said


def test_every_question_says_something(whole: MemoryDoor, committed: Inputs):
    """What the account shows beside the three long answers, each by a word that only a finding brings."""
    timeline, cast = Timeline(whole.log, whole.clock), committed.cast()
    said = {one.name: answered(timeline, one, parameters(one, cast)).sentence.en for one in by_number()}
    wanted = {
        "booked-before-publication": "1 record ties", "right-price": "does not match",
        "former-employee-at-award": "was barred", "competence-at-award": "not met: licence",
        "quarantined-when": "was quarantined", "after-hours": "outside the window",
    }  # fmt: skip
    assert {name: said[name] for name, word in wanted.items() if word not in said[name]} == {}


SAID = {"agreement": "hyr-2024", "lot": "nurses", "region": "stockholm", "profession": "nurse"}
KEYS_MAX = 25


@pytest.fixture(scope="module")
def followed(whole: MemoryDoor) -> MemoryShelf:
    shelf = MemoryShelf()
    Follower(whole.log, shelf).catch_up()
    return shelf


@pytest.mark.parametrize("view", sorted(VIEWS.values(), key=lambda one: one.name), ids=lambda one: one.name)
def test_a_view_says_the_same_from_what_is_kept_as_from_the_log(
    whole: MemoryDoor, followed: MemoryShelf, view: View
):
    """Every kind of event is in this log, so that a reading of what no fold keeps shows here."""
    kept, plain = Timeline(whole.log, whole.clock, followed), Timeline(whole.log, whole.clock)
    needed = {one.name: SAID[one.name] for one in fields(view.params) if one.default is MISSING}
    params, head = view.params(**needed), whole.log.head().position
    keys = keys_at(kept, view, head, None)
    assert keys
    for key in Random(1).sample(keys, min(KEYS_MAX, len(keys))):
        for position in (head, head * 2 // 3):
            assert content(kept, (view, key, params), position, ON) == content(
                plain, (view, key, params), position, ON
            )


@pytest.mark.parametrize("months", [4, 5, 7, 13])
def test_stories_of_other_lengths_can_be_played(months: int):
    door, _ = played_in_memory(Inputs(written(tell(months))))
    assert door.log.head().position > months * 500
