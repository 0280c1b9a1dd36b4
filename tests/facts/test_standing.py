"""A supplier's standing: what is in effect at an instant, what it bars and what it excludes."""

from datetime import date

from ledger.events.measures import Effects
from ledger.facts.standing import Standing, standing
from tests.decisions.background import AGREEMENT, REGION_ID, quarantine, released, served
from tests.given import at

PLACE = (AGREEMENT, "nurses", REGION_ID)
IN_EFFECT = at("2025-02-10T08:00:00Z")


def standing_of(*events: object) -> Standing:
    return standing("s-1").over(enumerate(events, 1))


def test_a_measure_bars_and_excludes_as_it_says_itself():
    only_orders = Effects(bars_orders=True, excludes_offers=False, ends_assignments=False)
    held = standing_of(quarantine("s-1", effects=only_orders), served("s-1"))
    assert held.bars(*PLACE, IN_EFFECT)
    assert not held.excludes(*PLACE, IN_EFFECT)
    only_offers = Effects(bars_orders=False, excludes_offers=True, ends_assignments=False)
    held = standing_of(quarantine("s-1", effects=only_offers), served("s-1"))
    assert not held.bars(*PLACE, IN_EFFECT)
    assert held.excludes(*PLACE, IN_EFFECT)


def test_it_holds_from_its_serving_through_its_last_date_or_until_release():
    history = (quarantine("s-1"), served("s-1"))
    assert not standing_of(*history[:1]).excludes(*PLACE, IN_EFFECT)
    assert not standing_of(*history).excludes(*PLACE, at("2025-02-03T07:59:59Z"))
    assert standing_of(*history).excludes(*PLACE, at("2025-02-03T08:00:00Z"))
    assert standing_of(*history).excludes(*PLACE, at("2025-03-31T23:59:59+02:00"))
    assert not standing_of(*history).excludes(*PLACE, at("2025-04-01T00:00:00+02:00"))
    lifted = standing_of(*history, released("s-1", "2025-02-09T08:00:00Z"))
    assert not lifted.excludes(*PLACE, IN_EFFECT)


def test_a_termination_by_notice_bites_when_the_agreement_has_ended():
    ending = quarantine(
        "s-1", region=None, rung="termination", kind="termination-by-notice", ends_on=None,
        agreement_ends_on=date(2025, 9, 1),
    )  # fmt: skip
    held = standing_of(ending, served("s-1"))
    assert not held.bars(*PLACE, at("2025-08-31T23:59:59+02:00"))
    assert held.bars(*PLACE, at("2025-09-01T00:00:00+02:00"))


def test_another_lot_region_or_agreement_is_untouched():
    held = standing_of(quarantine("s-1"), served("s-1"))
    assert not held.bars(AGREEMENT, "doctors", REGION_ID, IN_EFFECT)
    assert not held.bars(AGREEMENT, "nurses", "skane", IN_EFFECT)
    assert not held.excludes("hyr-2028", "nurses", REGION_ID, IN_EFFECT)
