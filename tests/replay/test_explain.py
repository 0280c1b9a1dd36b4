"""An answer explained: its facts, records, rules, policy values and code, and nothing that is sealed."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from rich.console import Console
from rich.table import Table

from api.cli.explain import explained
from ledger.decisions.base import DECISIONS
from ledger.store.codec import header_of, parse_record
from projections.base import VIEWS, UnanswerableError
from replay.explain import RuleBehind, explain_question, explain_view, rules_of
from replay.questions.asking import ask
from replay.questions.base import QUESTIONS
from replay.timeline import Timeline
from tests.cases.world import World
from tests.replay.histories import award_world, position_of

BOARD, CONTINUITY = VIEWS["order-board"], QUESTIONS["continuity-at-award"]
PARAMS = CONTINUITY.params(order="o-1")
COLUMNS = 80


def printed(part: str | Table) -> str:
    """A part of an answer as a terminal of eighty columns shows it."""
    if isinstance(part, str):
        return part
    return "".join(segment.text for segment in Console(width=COLUMNS).render(part))


@pytest.fixture(scope="module")
def world() -> World:
    return award_world()


@pytest.fixture
def timeline(world: World) -> Timeline:
    return Timeline(world.log, world.clock)


def test_a_question_is_explained_by_what_it_read_and_cites(world: World, timeline: Timeline) -> None:
    answered = ask(timeline, CONTINUITY, PARAMS)
    found = explain_question(timeline, CONTINUITY, PARAMS, answered.token)
    assert found.answer == answered
    assert found.differs == ()
    by_kind = {(fact.kind, fact.key): fact for fact in found.facts}
    about = [one for one in world.log.records() if "order:o-1" in tags(one)]
    order = by_kind["orders", "o-1"]
    assert (order.events, order.first, order.last) == (len(about), about[0].position, about[-1].position)
    before_award = [kind for kind, _ in by_kind if kind.startswith("worked-time-until-")]
    assert len(before_award) == 1
    positions = {record.position for record in found.records}
    assert positions == {*answered.answer.evidence, *(term.position for term in found.terms)}
    assert set(found.terms) == set(answered.answer.terms)
    assert found.code.module == "replay.questions.continuity_at_award"
    assert found.code.says


def tags(record: Any) -> tuple[str, ...]:
    return header_of(parse_record(record.record).header).tags


def test_the_rules_behind_the_records_say_their_clauses(timeline: Timeline) -> None:
    token = ask(timeline, CONTINUITY, PARAMS).token
    rules = {rule.rule: rule for rule in explain_question(timeline, CONTINUITY, PARAMS, token).rules}
    assert rules["award-order@1"].clauses == tuple(
        sorted({reason.clause for reason in DECISIONS["award-order"].raises})  # type: ignore[attr-defined]
    )
    assert "criteria" in rules["award-order@1"].says


def test_a_rule_that_is_not_kept_is_said_to_be_so(world: World) -> None:
    header = header_of(parse_record(world.log._records[-1].record).header)
    other = msgspec.structs.replace(header, rule="award-order@9")
    assert rules_of([other, other]) == (RuleBehind("award-order@9", "", (), kept=False),)


def test_a_view_is_explained_the_same_way(timeline: Timeline) -> None:
    answer = timeline.answer(BOARD, "o-1", BOARD.params())
    found = explain_view(timeline, BOARD, "o-1", BOARD.params(), answer.token)
    assert found.answer == answer
    assert {fact.kind for fact in found.facts} == {"boards", "policies", "rankings"}
    assert set(answer.reading.evidence) <= {record.position for record in found.records}
    assert found.terms == tuple(dict.fromkeys(answer.reading.terms))


def test_before_the_award_neither_offers_nor_their_number_are_shown(world: World, timeline: Timeline) -> None:
    award = position_of(world.log, "order-awarded.v1")
    offers = [one for one in world.log.records(upto=award - 1) if one.type == "offer-received.v1"]
    mine = [one for one in offers if "order:o-1" in tags(one)]
    assert mine
    before = timeline.at(BOARD, "o-1", BOARD.params(), award - 1, timeline.known().on)
    found = explain_view(timeline, BOARD, "o-1", BOARD.params(), before.token)
    held = [one for one in world.log.records(upto=award - 1) if "order:o-1" in tags(one)]
    (order,) = (fact for fact in found.facts if fact.kind != "policies")
    assert order.events == sum(one.type in BOARD.kind.types() for one in held) <= len(held) - len(mine)
    assert not {one.position for one in mine} & {record.position for record in found.records}


def test_another_code_or_policy_is_said_first(timeline: Timeline) -> None:
    token = replace(ask(timeline, CONTINUITY, PARAMS).token, code="0" * 12)
    result = explained(timeline, token, CONTINUITY.name, None, {"order": "o-1"})
    assert result.document["differs"] == ["code"]
    assert printed(result.shown[0]).startswith("ETT ANNAT SVAR / ANOTHER ANSWER")
    place = f"p{token.position}, för / for {token.on}"
    assert printed(result.shown[1]).strip() == f"{CONTINUITY.name}: som känt vid / as known at {place}"
    wide = [line for part in result.shown for line in printed(part).splitlines() if len(line) > COLUMNS]
    assert wide == []


def test_what_the_command_says_is_complete_and_plain_json(timeline: Timeline) -> None:
    answer = timeline.answer(BOARD, "o-1", BOARD.params())
    document = dict(explained(timeline, answer.token, BOARD.name, "o-1", {}).document)
    told = msgspec.json.decode(msgspec.json.encode(document))
    assert told["answer"]["digest"] == answer.digest()
    assert told["code"]["version"] == answer.token.code
    first = told["records"][0]
    assert {"position", "type", "says", "leaf", "recorded_at", "rule", "actor", "mandate"} <= set(first)
    assert all(record["says"].endswith(".") for record in told["records"])
    assert {term["term"] for term in told["terms"]} == {term.row.term for term in answer.reading.terms}


def test_what_has_no_answer_has_no_explanation(timeline: Timeline) -> None:
    token = ask(timeline, CONTINUITY, PARAMS).token
    with pytest.raises(UnanswerableError):
        explained(timeline, token, CONTINUITY.name, None, {"order": "o-none"})
