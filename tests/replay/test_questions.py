"""Questions: declared once, answered as known at a position; same token, same bytes; nothing sealed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from api.questions import params_of, reading_adapter
from ledger.decisions.base import gather
from ledger.events.ledger import ClockAccepted
from ledger.events.orders import OrderRecipientNotified
from ledger.events.parties import CareUnitRegistered, RegionAcceded, SupplierAdmitted
from ledger.facts.humans import humans
from ledger.facts.orders import offer_homes, orders
from ledger.handle.reading import read_folds
from ledger.values import plus_months
from projections.base import UnanswerableError, UnknownKeyError
from projections.follow import Follower
from projections.shelf_memory import MemoryShelf
from replay.known import InTheFutureError
from replay.questions.asking import ask, ask_again
from replay.questions.base import QUESTIONS, SealedError, as_known, by_number, question
from replay.questions.populations import contracts_of, orders_of, regions_of, suppliers_of, units_of_region
from replay.questions.unsealed import UnsealedLog, reads_sealed
from replay.timeline import Timeline
from replay.token import Token
from tests.histories import AGREEMENT, Story, record
from tests.replay.asking import LATER, asked, told
from tests.replay.disputes import DAY, PUBLISHED_ON, award, corrected, dispute, offer, order

CONTINUITY = QUESTIONS["continuity-at-award"]
MONTHS_AGO = plus_months(PUBLISHED_ON, -18) + 15 * DAY


def test_a_question_is_declared_once_with_two_titles_and_a_number_of_its_own() -> None:
    numbers = [one.number for one in by_number()]
    assert numbers == list(range(1, 21))
    for one in by_number():
        assert one.title_sv.endswith("?")
        assert one.title_en.endswith("?")
        assert one.summary.endswith(".")
    declare: Callable[[Any], Any] = question(
        "another-name", number=CONTINUITY.number, titles=("", ""), params=CONTINUITY.params,
        values=CONTINUITY.values, asks=CONTINUITY.asks, example={},
    )  # fmt: skip
    with pytest.raises(TypeError, match="declared already"):
        declare(CONTINUITY.answer)


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_every_answer_and_its_parameters_have_a_schema_and_the_example_fits(name: str) -> None:
    one = QUESTIONS[name]
    assert reading_adapter(one.values).json_schema(mode="serialization")["properties"]
    assert params_of(one.params, dict(one.example))


# --- tokens


def test_the_same_token_gives_the_same_bytes_after_further_events() -> None:
    story = dispute()
    timeline = told(story)
    params = CONTINUITY.params(order="o-9")
    first = ask(timeline, CONTINUITY, params)
    before = len(story.events)
    corrected(story)
    record(timeline.log, story.events[before:])
    again = ask_again(timeline, CONTINUITY, params, Token.parse(str(first.token)))
    assert again.content() == first.content()
    assert again.digest() == first.digest()
    assert ask(timeline, CONTINUITY, params).digest() != first.digest()


def test_a_shelf_changes_no_answer() -> None:
    story = dispute()
    corrected(story)
    timeline, shelf = told(story), MemoryShelf()
    Follower(timeline.log, shelf).catch_up()
    shelved = Timeline(timeline.log, LATER, shelf)
    params = CONTINUITY.params(order="o-9")
    assert ask(shelved, CONTINUITY, params).content() == ask(timeline, CONTINUITY, params).content()


def test_a_token_of_other_code_gets_a_token_of_its_own() -> None:
    timeline = told(dispute())
    params = CONTINUITY.params(order="o-9")
    old = replace(ask(timeline, CONTINUITY, params).token, code="0" * 12)
    assert ask_again(timeline, CONTINUITY, params, old).token.differs(old) == ("code",)


def test_a_token_of_a_longer_log_has_no_answer() -> None:
    with pytest.raises(InTheFutureError):
        ask_again(
            told(dispute()),
            CONTINUITY,
            CONTINUITY.params(order="o-9"),
            Token(999, dispute().events[1].decided_on, "0" * 12, "0" * 12),
        )


# --- what is sealed


def test_before_the_award_no_fold_sees_an_offer() -> None:
    story = Story().opened()
    order(story)
    first, last = offer(story, "f-1", "c-1"), offer(story, "f-2", "c-2")
    timeline = told(story)
    log = UnsealedLog(timeline.log, last)
    folds = {"order": orders("o-9"), "home": offer_homes("f-1")}
    _, states = read_folds(log, folds, upto=last)
    assert (states["order"].offers, states["home"]) == ({}, None)
    assert log.records_at([first, last]) == []
    assert [one.position for one in log.records_at([1, first - 1, 999])] == [1, first - 1]


def test_after_the_award_offers_are_read_and_as_known_before_it_they_stay_sealed() -> None:
    story = Story().opened()
    order(story)
    offered = offer(story, "f-1", "c-1")
    awarded = award(story, {"f-1": "c-1"})
    timeline = told(story)
    for upto, seen in ((awarded, {"f-1"}), (offered, set())):
        log = UnsealedLog(timeline.log, upto)
        assert set(read_folds(log, {"o": orders("o-9")}, upto=upto)[1]["o"].offers) == seen
        assert [one.position for one in log.records_at([offered])] == ([offered] if seen else [])


def test_one_position_s_award_does_not_open_the_others() -> None:
    story = Story().opened()
    order(story, positions=2)
    offer(story, "f-1", "c-1")
    half = award(story, {"f-1": "c-1"})
    whole = award(story, {"f-1": "c-1"}, position=2)
    timeline = told(story)
    assert read_folds(UnsealedLog(timeline.log, half), {"o": orders("o-9")}, upto=half)[1]["o"].offers == {}
    assert read_folds(UnsealedLog(timeline.log, whole), {"o": orders("o-9")}, upto=whole)[1]["o"].offers


def test_a_shelf_with_offers_in_it_is_not_read() -> None:
    story = Story().opened()
    order(story)
    offer(story, "f-1", "c-1")
    timeline, shelf = told(story), MemoryShelf()
    Follower(timeline.log, shelf).catch_up()
    assert reads_sealed(orders)
    with pytest.raises(SealedError, match="o-9"):
        ask(Timeline(timeline.log, LATER, shelf), CONTINUITY, CONTINUITY.params(order="o-9"))


HIDDEN = {
    "order": "o-9",
    "asked": "order=o-9",
    "offer": "f-hidden",
    "consultant": "c-hidden",
    "supplier": "s-f-hidden",
    "agreement": AGREEMENT,
    "unit": "u-1",
    "region": "kalmar",
    "lot": "nurses",
}


def before_an_award(*, offered: bool) -> Story:
    """An order with two offers, or with two events about something else in their place."""
    story = Story().opened()
    story.contract("c-hidden", "a-1", region="kalmar", supplier="s-f-hidden")
    story.tell(SupplierAdmitted, agreement=AGREEMENT, supplier="s-f-hidden", lot="nurses", region="kalmar")
    order(story)
    for name, consultant in (("f-hidden", "c-hidden"), ("f-other", "c-1")):
        if offered:
            offer(story, name, consultant)
        else:
            story.tell(ClockAccepted)
    return story


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_no_answer_depends_on_what_is_sealed(name: str) -> None:
    """Whatever is asked, the same is answered as if the offers had never been made."""
    example = QUESTIONS[name].example
    sent = {key: HIDDEN.get(key, value) for key, value in example.items()}
    for params in (example, sent):
        told_with, told_without = (
            outcome(before_an_award(offered=offered), name, params) for offered in (True, False)
        )
        assert told_with == told_without


def outcome(story: Story, name: str, sent: Mapping[str, str]) -> bytes:
    """The content of an answer, or why there is none."""
    asked_about = QUESTIONS[name]
    try:
        return ask(told(story), asked_about, params_of(asked_about.params, dict(sent))).content()
    except UnanswerableError as error:
        return f"{error.code}: {error}".encode()


# --- populations


def test_populations_are_walked_from_key_to_key() -> None:
    story = Story().opened()
    story.tell(RegionAcceded, agreement=AGREEMENT, region="kalmar", lot="nurses")
    story.tell(CareUnitRegistered, unit="u-1", region="kalmar")
    for supplier in ("s-2", "s-1"):
        story.tell(SupplierAdmitted, agreement=AGREEMENT, supplier=supplier, lot="nurses", region="kalmar")
        story.tell(OrderRecipientNotified, order=f"o-{supplier}", supplier=supplier)
    at = story.contract("c-1", "a-1", supplier="s-2")
    story.contract("c-2", "a-2", supplier="s-2", agreement="hyr-28")
    story.contract("c-3", "a-3", supplier="s-3")
    log = told(story).log

    def walked(steps: Any) -> Any:
        reply = None
        while True:
            try:
                folds = steps.send(reply)
            except StopIteration as done:
                return done.value
            named = folds if isinstance(folds, dict) else {"": folds}
            states = read_folds(log, named)[1]
            reply = states if isinstance(folds, dict) else states[""]

    assert walked(suppliers_of(AGREEMENT)) == ("s-1", "s-2")
    assert walked(regions_of(AGREEMENT)) == ("kalmar",)
    assert read_folds(log, {"u": units_of_region("kalmar")})[1]["u"] == ("u-1",)
    assert [one.position for one in walked(contracts_of(AGREEMENT))] == [at]
    assert walked(contracts_of(AGREEMENT, ["s-1"])) == ()
    assert walked(orders_of(AGREEMENT)) == ("o-s-1", "o-s-2")


# --- 3, continuity at the award


def test_continuity_then_and_now_are_the_same_while_nothing_was_learnt() -> None:
    found = asked(dispute(), "continuity-at-award", order="o-9").answer
    values = found.values
    assert (values.then.counts, values.then.amount, values.then.threshold) == (True, 12, 10)
    assert values.now == values.then
    assert values.changed_by == ()
    assert (values.offer, values.consultant) == ("f-1", "c-1")
    assert "både som då känt och som nu känt" in found.sentence.sv


def test_a_correction_after_the_award_takes_continuity_away_as_now_known() -> None:
    story = dispute()
    later = corrected(story)
    found = asked(story, "continuity-at-award", order="o-9").answer
    assert (found.values.then.amount, found.values.now.amount) == (12, 9)
    assert (found.values.then.counts, found.values.now.counts) == (True, False)
    assert found.values.changed_by == tuple(later)
    assert set(later) <= set(found.evidence)
    assert "men inte som nu känt" in found.sentence.sv


def test_as_known_at_the_award_the_correction_was_not_there() -> None:
    story = dispute()
    awarded = len(story.events)
    corrected(story)
    found = asked(story, "continuity-at-award", known_at=awarded, order="o-9").answer.values
    assert found.now == found.then


def test_another_offer_in_the_ranking_may_be_asked_about() -> None:
    values = asked(dispute(), "continuity-at-award", order="o-9", offer="f-2").answer.values
    assert (values.consultant, values.then.counts, values.now.counts) == ("c-2", False, False)


@pytest.mark.parametrize(
    ("params", "refused"),
    [
        ({"order": "o-none"}, UnknownKeyError),
        ({"order": "o-9", "offer": "f-none"}, UnanswerableError),
        ({"order": "o-9", "position": 2}, UnanswerableError),
    ],
)
def test_what_continuity_cannot_be_asked_of(params: dict[str, Any], refused: type[Exception]) -> None:
    with pytest.raises(refused):
        asked(dispute(), "continuity-at-award", **params)


# --- 5, the 18-month period under each reading


def long_stay(follows: str | None = None) -> Story:
    """Seventeen and a half months of shifts every tenth day, then an offer of ninety days more."""
    story = Story().opened()
    story.contract("c-1", "a-1", region="kalmar", until_on=PUBLISHED_ON + 9 * DAY, from_on=MONTHS_AGO)
    for n in range(0, (PUBLISHED_ON - MONTHS_AGO).days, 10):
        on = MONTHS_AGO + n * DAY
        story.approved("c-1", "a-1", f"t-{n}", story.shift("c-1", "a-1", f"t-{n}", on))
    order(story, follows=follows)
    offer(story, "f-1", "c-1")
    award(story, {"f-1": "c-1"})
    return story


def test_all_readings_are_told_and_which_one_governed() -> None:
    found = asked(long_stay("o-a-1"), "eighteen-months-readings", order="o-9").answer
    values = found.values
    shifts = -(-(PUBLISHED_ON - MONTHS_AGO).days // 10)
    assert [one.reading for one in values.verdicts] == ["look-back", "cap", "longest-stay", "chain"]
    assert [one.used_up for one in values.verdicts] == [False, False, True, True]
    assert [one.effect for one in values.verdicts] == ["none", "none", "offer-excluded", "offer-excluded"]
    assert [one.reading for one in values.verdicts if one.governed] == [values.governed]
    assert (values.look_back.shifts, values.look_back.days) == (shifts, shifts)
    assert (values.cap.first_on, values.cap.passed_midway) == (MONTHS_AGO, True)
    assert values.longest_stay.last_allowed_on == plus_months(MONTHS_AGO, values.months)
    assert values.chain.orders == ("o-a-1",)
    assert "längsta vistelse, avropskedja" in found.sentence.sv


def test_an_order_that_follows_nothing_is_a_chain_of_its_own() -> None:
    values = asked(long_stay(), "eighteen-months-readings", order="o-9").answer.values
    assert (values.chain.orders, values.chain.too_long) == ((), False)
    assert [one.used_up for one in values.verdicts] == [False, False, True, False]


def test_a_reading_without_anything_to_read_says_none() -> None:
    values = asked(dispute(), "eighteen-months-readings", order="o-9", offer="f-2").answer.values
    assert (values.cap, values.look_back.shifts) == (None, 0)
    assert not any(one.used_up for one in values.verdicts)


# --- 20, what share rests on assumptions


def test_the_share_counts_terms_without_a_source_and_facts_by_trust() -> None:
    share = asked(dispute(), "assumptions-share", question="continuity-at-award", asked="order=o-9").answer
    own = asked(dispute(), "continuity-at-award", order="o-9").answer
    values = share.values
    assert share.evidence == own.evidence
    assert values.terms == len({one.row.term for one in own.terms})
    assert values.assumed == tuple(sorted(one.row.term for one in own.terms if one.assumed))
    assert values.terms_assumed_ppm == len(values.assumed) * 1_000_000 // values.terms
    assert [(one.trust, one.facts) for one in values.by_trust] == [("direct", len(own.evidence))]
    assert (values.facts_claimed, values.facts_claimed_ppm) == (0, 0)


def test_the_share_of_an_order_is_of_everything_recorded_about_it() -> None:
    story = dispute()
    share = asked(story, "assumptions-share", order="o-9").answer
    assert share.evidence == tuple(range(len(story.events) - 3, len(story.events) + 1))


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"question": "no-question"},
        {"question": "assumptions-share", "asked": "order=o-9"},
        {"question": "continuity-at-award", "asked": "order"},
        {"question": "continuity-at-award", "asked": ""},
        {"question": "continuity-at-award", "asked": "order=o-9&colour=red"},
        {"question": "continuity-at-award", "asked": "order=o-9&position=x"},
        {"question": "continuity-at-award", "asked": "order=o-9", "order": "o-9"},
    ],
)
def test_what_the_share_cannot_be_asked_of(params: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"question|parameters|takes no|fit"):
        QUESTIONS["assumptions-share"].params(**params)


def test_the_share_of_a_sealed_order_is_sealed() -> None:
    story = Story().opened()
    order(story)
    offer(story, "f-1", "c-1")
    with pytest.raises(SealedError):
        asked(story, "assumptions-share", order="o-9")


# --- 17, would this supplier have won


def test_the_ranking_computed_again_as_then_known_is_the_recorded_one() -> None:
    values = asked(dispute(), "would-have-won", order="o-9").answer.values
    assert (values.supplier, values.awarded_to) == ("s-f-2", "s-f-1")
    assert [one.offer for one in values.ranking] == ["f-1", "f-2"]
    assert (values.outcomes[0].known, values.outcomes[0].first) == ("then", ("f-1",))
    assert {one.known for one in values.outcomes[1:]} == {"now"}


def test_as_known_is_blind_to_what_came_later() -> None:
    story = dispute()
    before = len(story.events)
    corrected(story)
    log = told(story).log

    def steps(at: int) -> Any:
        states = yield from as_known(humans(["c-1"]), at)
        return [shift.corrections for _, _, shift in states.of("c-1")[0].shifts()]

    def gathered(at: int) -> list[int]:
        return gather(steps(at), lambda folds: read_folds(log, folds)[1]).facts

    assert sum(gathered(before)) == 0
    assert sum(gathered(len(story.events))) == 3
