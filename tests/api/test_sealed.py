"""Before the award nobody learns of an offer from its event: not what, not who, not which order."""

import os

import msgspec
import pytest

from api.events import event_at
from ledger.events.awards import AwardRefused
from ledger.events.base import event_type
from ledger.events.offers import OfferCorrected, OfferReceived, OfferTurnedAway, OfferWithdrawn
from ledger.store.codec import Header, seal, uuid7
from ledger.store.log import Append, Condition
from ledger.store.memory import MemoryLog
from tests.histories import LEDGER, START_AT, Story

OFFER = {"order": "o-1", "offer": "f-hidden", "supplier": "s-hidden"}
EVENTS = (OfferReceived, OfferCorrected, OfferWithdrawn, OfferTurnedAway, AwardRefused)


def recorded(story: Story) -> MemoryLog:
    log = MemoryLog(mode="simulated")
    for n, told in enumerate(story.events):
        header = Header(
            actor="s-hidden-actor", client="hidden-portal", command="tell", command_id=f"hidden-{n}",
            command_mac="00" * 32, decided_at=START_AT, event_id=uuid7(START_AT), head=0, ledger=LEDGER,
            mode="simulated", n=(1, 1), received_at=START_AT, secrecy=event_type(told).secrecy, type="",
        )  # fmt: skip
        row = seal(header, told, secret=os.urandom(32), command=b'{"of":"hidden"}')
        log.append(Append("tests", f"c-{n}", bytes(32), (row,), Condition((), 0), START_AT + n))
    return log


def story(positions: int = 1) -> Story:
    made = Story().opened()
    made.order("o-1", positions)
    for cls in EVENTS:
        made.tell(cls, **{name: OFFER[name] for name in OFFER.keys() & cls.__dataclass_fields__.keys()})
    return made


@pytest.mark.parametrize("position", range(4, 9))
def test_a_sealed_offer_shows_its_place_and_its_hashes_only(position: int):
    log = recorded(story())
    shown = event_at(log, position, simulated=True)
    assert (shown.sealed, shown.type, shown.header, shown.groups, shown.facts) == (
        True,
        "sealed",
        {},
        [],
        None,
    )
    text = msgspec.json.encode(shown)
    assert b"hidden" not in text
    assert b"o-1" not in text
    assert shown.leaf == next(iter(log.records(after=position - 1, upto=position))).leaf.hex()


@pytest.mark.parametrize("position", range(4, 9))
def test_after_the_award_the_header_is_shown_and_the_offer_itself_is_not(position: int):
    """Another's offer is disclosed by decision, item by item (domain 7)."""
    opened = story()
    opened.awarded("o-1", "f-hidden")
    shown = event_at(recorded(opened), position, simulated=True)
    assert (shown.sealed, shown.facts) == (False, None)
    assert shown.header["secrecy"] == "sealed-until-award"
    assert [(group.name, group.secrecy, group.masked) for group in shown.groups] == [
        ("facts", "sealed-until-award", True),
        ("command", "sealed-until-award", True),
    ]


def test_one_position_s_award_does_not_open_the_others():
    half = story(positions=2)
    half.awarded("o-1", "f-hidden")
    assert event_at(recorded(half), 4, simulated=True).sealed
    half.awarded("o-1", "f-other", position=2)
    assert not event_at(recorded(half), 4, simulated=True).sealed


def test_other_events_are_open_as_before():
    shown = event_at(recorded(story()), 3, simulated=True)
    assert (shown.sealed, shown.type) == (False, "order-published.v1")
    assert shown.facts is not None
    assert shown.facts["order"] == "o-1"
