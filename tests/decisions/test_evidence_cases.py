"""Evidence cases: opened once, given only what they know of, each thing once, and closed for good."""

import json
from dataclasses import replace
from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from ledger.decisions.evidence_cases import (
    AddEvidenceAward,
    AddEvidenceQuestion,
    AddEvidenceRecords,
    CloseEvidenceCase,
    OpenEvidenceCase,
)
from ledger.events.awards import OrderAwarded
from ledger.events.base import EVENTS
from ledger.events.evidence_cases import (
    AskedWith,
    EvidenceAwardAdded,
    EvidenceCaseClosed,
    EvidenceCaseOpened,
    EvidenceQuestionAdded,
    EvidenceRecordsAdded,
)
from ledger.facts.evidence_cases import EvidenceCase
from ledger.facts.recorded import Recorded
from projections.base import UnknownKeyError
from tests.decisions.background import AGREEMENT, MANDATE
from tests.given import at, given
from tests.histories import Story, made
from tests.projections.asking import asked

BORN = ("191212121212", "19121212-1212", "121212+1212", "121212 1212", "121272–1219", "１２１２１２-１２１２")
OWNER = replace(MANDATE, role="contract-owner", region=None, units=())
NOW = "2025-03-10T09:00:00+01:00"
OPEN = OpenEvidenceCase(
    case="c-1", agreement=AGREEMENT, kind="dispute", subject="An award", registry_number="RS 1"
)
OPENED = EvidenceCaseOpened(
    case="c-1", agreement=AGREEMENT, region=None, kind="dispute", subject="An award",
    registry_number="RS 1", known_at=None, valid_on=date(2025, 3, 10), opened_at=at(NOW),
)  # fmt: skip
PARAMS = (AskedWith(name="offer", value="o-1-s-1"), AskedWith(name="order", value="o-1"))
ASK = AddEvidenceQuestion(case="c-1", question="would-have-won", params=PARAMS[::-1], why="It is disputed")
ASKED = EvidenceQuestionAdded(
    case="c-1", question="would-have-won", params=PARAMS, why="It is disputed", added_at=at(NOW)
)
GATHER = AddEvidenceRecords(case="c-1", positions=(2, 1), why="Both")
GATHERED = EvidenceRecordsAdded(case="c-1", positions=(1, 2), why="Both", added_at=at(NOW))
CLOSED = EvidenceCaseClosed(case="c-1", closed_at=at(NOW), outcome="Given")
CLOSE = CloseEvidenceCase(case="c-1", outcome="Given")
AWARD = AddEvidenceAward(case="c-1", order="o-1", why="The one")


def test_a_case_is_opened_once_and_pins_what_was_recorded_before_it():
    given(OWNER).when(OPEN, now=NOW).then(OPENED)
    given().when(OPEN, now=NOW, mandate=None).then(OPENED)
    pinned = replace(OPEN, known_at=7, valid_on=date(2024, 1, 1))
    given(OWNER).when(pinned, now=NOW).then(replace(OPENED, known_at=7, valid_on=date(2024, 1, 1)))
    given(OWNER, OPENED).when(OPEN, now=NOW).then_refused("evidence-case-opened", positions=(2,))


@pytest.mark.parametrize(("known_at", "pinned"), [(None, 40), (7, 7), (40, 40), (41, 40), (9_000, 40)])
def test_no_case_knows_what_was_recorded_after_it_was_opened(known_at, pinned):
    assert EvidenceCase(Recorded(41, replace(OPENED, known_at=known_at))).pinned == pinned
    assert EvidenceCase().pinned == 0


@pytest.mark.parametrize("command", [OPEN, ASK, GATHER, AWARD, CLOSE])
def test_who_neither_owns_a_contract_nor_is_central_gathers_nothing(command):
    orderer = replace(OWNER, role="authorised-orderer")
    before = () if command is OPEN else (OPENED,)
    given(orderer, *before).when(command, now=NOW).then_refused("mandate-role-wrong")


@pytest.mark.parametrize("command", [ASK, GATHER, AWARD, CLOSE])
def test_nothing_is_added_to_a_case_that_is_unknown_or_closed(command):
    given(OWNER).when(command, now=NOW).then_refused("evidence-case-unknown", field="case")
    given(OWNER, OPENED, CLOSED).when(command, now=NOW).then_refused("evidence-case-closed", positions=(3,))


def test_a_question_is_asked_once_whatever_the_order_of_its_parameters():
    given(OWNER, OPENED).when(ASK, now=NOW).then(ASKED)
    again = replace(ASK, params=PARAMS)
    given(OWNER, OPENED, ASKED).when(again, now=NOW).then_refused("evidence-added", positions=(3,))
    other = replace(ASK, params=PARAMS[1:])
    given(OWNER, OPENED, ASKED).when(other, now=NOW).then_events("evidence-question-added")
    twice = replace(ASK, params=(*PARAMS, PARAMS[0]))
    given(OWNER, OPENED).when(twice, now=NOW).then_refused("evidence-repeated", field="params")


def test_records_are_added_once_and_none_beyond_the_pin():
    before = (OWNER, made(OrderAwarded))  # something that the case may know of
    given(*before, OPENED).when(GATHER, now=NOW, loose=True).then(GATHERED)
    beyond = replace(GATHER, positions=(1, 3))
    given(*before, OPENED).when(beyond, now=NOW, loose=True).then_refused(
        "evidence-beyond-pin", field="positions"
    )
    given(*before, replace(OPENED, known_at=1)).when(GATHER, now=NOW, loose=True).then_refused(
        "evidence-beyond-pin"
    )
    more = replace(GATHER, positions=(2,))
    given(*before, OPENED, GATHERED).when(more, now=NOW, loose=True).then_refused(
        "evidence-added", positions=(4,)
    )
    given(*before, OPENED).when(replace(GATHER, positions=()), now=NOW, loose=True).then_refused(
        "evidence-empty"
    )
    given(*before, OPENED).when(replace(GATHER, positions=(2, 2)), now=NOW, loose=True).then_refused(
        "evidence-repeated"
    )


def test_an_award_is_the_latest_that_the_case_knows_of():
    first, second = made(OrderAwarded, order="o-1", position=1), made(OrderAwarded, order="o-1", position=1)
    other = made(OrderAwarded, order="o-1", position=2)
    (added,) = (
        given(OWNER, first, second, other, OPENED).when(AWARD, now=NOW).then_events("evidence-award-added")
    )
    assert (added.awarded, added.position, added.why) == (3, 1, "The one")
    (pinned,) = given(OWNER, first, second, replace(OPENED, known_at=2)).when(
        AWARD, now=NOW).then_events("evidence-award-added")  # fmt: skip
    assert pinned.awarded == 2
    given(OWNER, first, OPENED, added).when(AWARD, now=NOW).then_refused("evidence-added", positions=(4,))
    unknown = replace(AWARD, position=3)
    given(OWNER, first, OPENED).when(unknown, now=NOW).then_refused("evidence-beyond-pin", field="order")
    late = given(OWNER, OPENED, first).when(AWARD, now=NOW).then_refused("evidence-beyond-pin")
    assert late.positions == (3,)


def test_a_case_is_closed_once():
    given(OWNER, OPENED).when(CLOSE, now=NOW).then(CLOSED)


def test_nothing_of_a_case_is_open():
    mine = [one for name, one in EVENTS.items() if name.startswith("evidence-") and "voided" not in name]
    assert {one.secrecy for one in mine} == {"secret"}
    assert len(mine) == 5


def test_the_view_shows_what_the_case_pins_and_holds_on_the_date():
    story = Story().opened()
    before = len(story.events)
    story.tell(EvidenceCaseOpened, case="c-1", known_at=None, valid_on=date(2025, 3, 1), opened_at=at(NOW))
    story.tell(EvidenceQuestionAdded, case="c-1", question="came-first", params=PARAMS, added_at=at(NOW))
    story.tell(EvidenceAwardAdded, case="c-1", order="o-1", position=1, awarded=5, added_at=at(NOW))
    later = at("2025-03-12T09:00:00+01:00")
    story.tell(EvidenceRecordsAdded, case="c-1", positions=(1, 2), added_at=later)
    story.tell(EvidenceCaseClosed, case="c-1", closed_at=later)
    shown = asked(story, "evidence-cases", "c-1", date(2025, 3, 11)).reading
    assert (shown.pinned, shown.closed, shown.records) == (before, False, ())
    assert [(one.question, one.params) for one in shown.questions] == [("came-first", PARAMS)]
    assert [(one.order, one.awarded) for one in shown.awards] == [("o-1", 5)]
    last = asked(story, "evidence-cases", "c-1", date(2025, 3, 12)).reading
    assert (last.closed, [one.positions for one in last.records]) == (True, [(1, 2)])
    with pytest.raises(UnknownKeyError):
        asked(story, "evidence-cases", "c-1", date(2025, 3, 9))


@pytest.mark.parametrize("number", BORN)
def test_nothing_that_a_case_says_may_be_the_number_of_a_person(number):
    for field in ("subject", "why", "outcome"):
        kind, fields = next(
            (kind, vars_of(one))
            for kind, one in ((type(one), one) for one in (OPEN, GATHER, CLOSE))
            if field in vars_of(one)
        )
        with pytest.raises(ValidationError) as found:
            TypeAdapter(kind).validate_json(json.dumps(fields | {field: f"About {number}, and more"}))
        assert [one["loc"] for one in found.value.errors()] == [(field,)]
        assert number not in found.value.errors()[0]["msg"]
    with pytest.raises(ValidationError):
        TypeAdapter(AskedWith).validate_json(json.dumps({"name": "order", "value": number}))


@pytest.mark.parametrize(
    "text", ["RS 2025-1204", "556016-0680", "191212121213", "p1212121212120", "2025-12-12 1212"]
)
def test_what_is_no_number_of_a_person_may_be_said(text):
    opened = TypeAdapter(OpenEvidenceCase).validate_json(json.dumps(vars_of(OPEN) | {"subject": text}))
    assert opened.subject == text


def vars_of(command):
    """The fields of a command by name."""
    return {name: getattr(command, name) for name in command.__dataclass_fields__}
