"""Whistleblowing: the officer alone, each step once and in order, and nothing of it in the open."""

from dataclasses import replace

import pytest

from api.events import event_at
from ledger.decisions.whistleblowing import (
    AcknowledgeWhistleblowing,
    ClassifyWhistleblowing,
    OmitAcknowledgement,
    ReceiveWhistleblowing,
)
from ledger.decisions.whistleblowing_endings import (
    CloseWhistleblowing,
    DisposeWhistleblowingData,
    GiveWhistleblowingFeedback,
)
from ledger.events.base import EVENTS
from ledger.events.whistleblowing import (
    WhistleblowingAcknowledged,
    WhistleblowingClassified,
    WhistleblowingClosed,
    WhistleblowingReceived,
)
from tests.api.test_sealed import recorded
from tests.decisions.background import AGREEMENT, MANDATE
from tests.given import at, given
from tests.histories import Story

OFFICER = replace(MANDATE, role="whistleblowing-officer", region=None, units=())
NOW = "2025-03-10T09:00:00+01:00"
RECEIVE = ReceiveWhistleblowing(
    case="vb-1", agreement=AGREEMENT, region="vgr", channel="vgr-channel", reference="VB 7"
)
RECEIVED = WhistleblowingReceived(
    case="vb-1", agreement=AGREEMENT, region="vgr", channel="vgr-channel", reference="VB 7",
    received_at=at("2025-03-05T09:00:00+01:00"),
)  # fmt: skip
ACKNOWLEDGED = WhistleblowingAcknowledged(case="vb-1", acknowledged_at=at("2025-03-06T09:00:00+01:00"))
CLASSIFIED = WhistleblowingClassified(
    case="vb-1", classification="whistleblowing", decided_at=at("2025-03-07T09:00:00+01:00"), reasons="So"
)
CLOSED = WhistleblowingClosed(case="vb-1", closed_at=at("2025-03-09T09:00:00+01:00"), outcome="remedied")


def test_a_case_is_received_once_with_the_channels_time():
    earlier = replace(RECEIVE, received_at=RECEIVED.received_at)
    given(OFFICER).when(earlier, now=NOW).then(RECEIVED)
    given(OFFICER, RECEIVED).when(RECEIVE, now=NOW).then_refused("case-received", positions=(2,))
    ahead = replace(RECEIVE, received_at=at("2025-03-10T09:00:01+01:00"))
    given(OFFICER).when(ahead, now=NOW).then_refused("instant-ahead", field="received_at")


@pytest.mark.parametrize("role", ["central-contract-management", "contract-owner", "authorised-orderer"])
def test_nobody_but_the_officer_touches_a_case(role: str):
    other = replace(MANDATE, role=role, region=None, units=())
    given(other).when(RECEIVE, now=NOW).then_refused("mandate-role-wrong")
    given(other, RECEIVED).when(AcknowledgeWhistleblowing(case="vb-1"), now=NOW).then_refused(
        "mandate-role-wrong"
    )


def test_the_receipt_is_acknowledged_or_not_and_once():
    acknowledge = AcknowledgeWhistleblowing(case="vb-1", acknowledged_at=ACKNOWLEDGED.acknowledged_at)
    given(OFFICER, RECEIVED).when(acknowledge, now=NOW).then(ACKNOWLEDGED)
    given(OFFICER, RECEIVED, ACKNOWLEDGED).when(acknowledge, now=NOW).then_refused("case-step-taken")
    omit = OmitAcknowledgement(case="vb-1", why="would-reveal")
    given(OFFICER, RECEIVED).when(omit, now=NOW).then_events("whistleblowing-acknowledgement-omitted")
    given(OFFICER, RECEIVED, ACKNOWLEDGED).when(omit, now=NOW).then_refused("case-step-taken", positions=(3,))
    before = replace(acknowledge, acknowledged_at=at("2025-03-05T08:59:59+01:00"))
    given(OFFICER, RECEIVED).when(before, now=NOW).then_refused("case-step-early", field="acknowledged_at")
    given(OFFICER).when(acknowledge, now=NOW).then_refused("case-unknown")


def test_what_it_is_the_officer_decides_once_and_before_closing():
    classify = ClassifyWhistleblowing(case="vb-1", classification="other-matter", reasons="A wage dispute")
    given(OFFICER, RECEIVED).when(classify, now=NOW).then_events("whistleblowing-classified")
    given(OFFICER, RECEIVED, CLASSIFIED).when(classify, now=NOW).then_refused("case-step-taken")
    close = CloseWhistleblowing(case="vb-1", outcome="remedied")
    given(OFFICER, RECEIVED).when(close, now=NOW).then_refused("case-unclassified", positions=(2,))
    given(OFFICER, RECEIVED, CLASSIFIED).when(close, now=NOW).then_events("whistleblowing-closed")
    given(OFFICER, RECEIVED, CLASSIFIED, CLOSED).when(close, now=NOW).then_refused("case-step-taken")


def test_feedback_follows_the_acknowledgement_and_disposal_the_closing():
    feedback = GiveWhistleblowingFeedback(case="vb-1", given_at=at("2025-03-06T08:59:59+01:00"))
    given(OFFICER, RECEIVED, ACKNOWLEDGED).when(feedback, now=NOW).then_refused("case-step-early")
    given(OFFICER, RECEIVED).when(feedback, now=NOW).then_events("whistleblowing-feedback-given")
    dispose = DisposeWhistleblowingData(case="vb-1", registry_number="VB 7-3")
    given(OFFICER, RECEIVED).when(dispose, now=NOW).then_refused("case-step-early")
    history = (OFFICER, RECEIVED, CLASSIFIED, CLOSED)
    given(*history).when(dispose, now=NOW).then_events("whistleblowing-data-disposed")


def test_every_event_of_a_case_is_secret_as_a_whole():
    own = [declared for stored, declared in EVENTS.items() if stored.startswith("whistleblowing-")]
    assert len(own) == 7
    assert {group.secrecy for declared in own for group in declared.groups} == {"secret"}
    assert not [n for d in own for g in d.groups for n in g.fields if "reporter" in n or "identity" in n]


def test_the_record_shows_its_place_and_hashes_and_no_content():
    story = Story().opened()
    position = story.tell(WhistleblowingReceived, case="vb-hidden-1", reference="VB-secret")
    shown = event_at(recorded(story), position, simulated=True)
    assert shown.facts is None
    facts = shown.groups[0]
    assert (facts.name, facts.secrecy, facts.masked) == ("facts", "secret", True)
    assert "VB-secret" not in repr(shown)
