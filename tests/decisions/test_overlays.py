"""A region's own value of a term: who may, of what, from when, and how it is resolved afterwards."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.decisions.overlays import PublishOverlay
from ledger.decisions.policy_communications import CommunicatePolicy
from ledger.policy.model import Book, Library, Scope, book_digest
from tests.decisions.background import AGREEMENT, MANDATE, POLICY, REGION, REGION_ID, policy, row
from tests.given import given

OWNER = replace(MANDATE, role="contract-owner", units=())
OVERLAY = PublishOverlay(
    agreement=AGREEMENT,
    region=REGION_ID,
    term="eighteen-months.reading",
    value="look-back",
    valid_from=date(2025, 3, 1),
    permitted_by="UNKNOWN",
    source="RS/310/2025",
    decided_on=date(2025, 2, 20),
    decided_by="Regionstyrelsen",
    communicated_on=date(2025, 2, 24),
    communicated_to="suppliers",
)
BEFORE = (POLICY, OWNER)


def published(command, *before):
    (event,) = given(*(before or BEFORE)).when(command).then_events("policy-published")
    return event


def test_the_next_version_holds_the_regions_value_beside_all_others():
    event = published(OVERLAY)
    (own,) = set(event.rows) - set(POLICY.rows)
    assert set(POLICY.rows) < set(event.rows)
    assert (event.version, event.book_digest) == (2, book_digest(event.rows))
    assert (own.topic, own.unit) == (6, "one of look-back, cap, longest-stay, chain")
    assert (own.level, own.scope, own.value, own.permitted_by) == (
        "region",
        REGION_ID,
        "look-back",
        "UNKNOWN",
    )
    assert (own.decided_on, own.communicated_on) == (date(2025, 2, 20), date(2025, 2, 24))
    assert (own.communicated_to, event.communicated_to) == ("suppliers", ("suppliers",))


def test_it_holds_in_the_region_from_its_date():
    book = Book(published(OVERLAY), 3)
    reading = lambda on, region: book.resolve("eighteen-months.reading", on, Scope(region=region)).text  # noqa: E731
    assert reading(date(2025, 2, 28), REGION_ID) == "cap"
    assert reading(date(2025, 3, 1), REGION_ID) == "look-back"
    assert reading(date(2025, 3, 1), "skane") == "cap"


def test_nobody_told_is_recorded_as_such():
    event = published(replace(OVERLAY, communicated_on=None, communicated_to="UNKNOWN"))
    assert event.communicated_to == ()


@pytest.mark.parametrize(
    ("mandate", "code"),
    [
        (replace(OWNER, role="authorised-orderer"), "mandate-role-wrong"),
        (replace(OWNER, role="central-contract-management", region=None), "mandate-role-wrong"),
        (replace(OWNER, region="skane"), "mandate-out-of-scope"),
        (replace(OWNER, holder="other"), "mandate-not-held"),
        (replace(OWNER, until_on=date(2025, 3, 1)), "mandate-not-in-force"),
    ],
)
def test_only_the_regions_contract_owner_may(mandate, code):
    given(POLICY, mandate).when(OVERLAY).then_refused(code, positions=(2,))
    given(POLICY).when(OVERLAY, mandate=None).then_refused("mandate-missing")


@pytest.mark.parametrize("term", ["continuity.break-days-max", "continuity.excused", "continuity.reference"])
def test_when_counting_starts_and_stops_is_national(term):
    refusal = (
        given(*BEFORE)
        .when(replace(OVERLAY, term=term, value=1))
        .then_refused("overlay-term-national", field="term", positions=(1,))
    )
    assert refusal.assumed == ("policy.national-terms",)
    assert refusal.clause.startswith("S4")


def test_what_is_national_is_itself_a_dated_value():
    freed = row("policy.national-terms", (), valid_from=date(2025, 3, 1), source="S9", assumed="")
    kept = row("policy.national-terms", ("continuity.excused",))
    book = policy(kept, freed)
    early = replace(OVERLAY, term="continuity.excused", value=(), valid_from=date(2025, 2, 28))
    given(book, OWNER).when(early).then_refused("overlay-term-national")
    published(replace(early, valid_from=date(2025, 3, 1)), book, OWNER)


def test_a_region_has_no_terms_of_its_own():
    given(*BEFORE).when(replace(OVERLAY, term="region.only")).then_refused(
        "overlay-term-unknown", field="term", positions=(1,)
    )
    given(OWNER).when(OVERLAY).then_refused("policy-missing")


def test_a_legal_person_of_the_region_may_have_its_own_value():
    own = replace(OVERLAY, legal_person="232100-0214")
    book = Book(published(own, *BEFORE, REGION), 4)
    where = Scope(region=REGION_ID, legal_person="232100-0214")
    assert book.resolve("eighteen-months.reading", date(2025, 3, 1), where).text == "look-back"
    assert book.resolve("eighteen-months.reading", date(2025, 3, 1), Scope(region=REGION_ID)).text == "cap"
    other = replace(own, legal_person="232100-0016")
    given(*BEFORE, REGION).when(other).then_refused(
        "overlay-scope-wrong", field="legal_person", positions=(3,)
    )
    given(*BEFORE).when(own).then_refused("overlay-scope-wrong", positions=())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_from": date(2025, 2, 19)}, "valid_from"),
        ({"decided_on": date(2025, 3, 4), "valid_from": date(2025, 3, 4)}, "decided_on"),
        ({"communicated_on": date(2025, 3, 4)}, "communicated_on"),
    ],
)
def test_a_value_holds_from_its_decision_on_and_nothing_is_told_in_the_future(change, field):
    given(*BEFORE).when(replace(OVERLAY, **change)).then_refused("overlay-backdated", field=field)


@pytest.mark.parametrize(
    "change",
    [
        {"value": "middle"},
        {"assumed": "why"},
        {"source": "assumption"},
        {"valid_until": date(2025, 3, 1)},
        {"communicated_on": None},
    ],
)
def test_a_flawed_value_is_refused(change):
    given(*BEFORE).when(replace(OVERLAY, **change)).then_refused("policy-rows-flawed", field="value")


def test_a_published_overlay_is_never_edited():
    once = published(OVERLAY)
    again = replace(OVERLAY, value="chain")
    given(POLICY, once, OWNER).when(again).then_refused("policy-row-edited", field="value", positions=(2,))
    later = published(replace(again, valid_from=date(2025, 3, 2)), POLICY, once, OWNER)
    assert later.version == 3


TELL = CommunicatePolicy(
    agreement=AGREEMENT,
    region=REGION_ID,
    term="eighteen-months.reading",
    valid_from=date(2025, 3, 1),
    communicated_on=date(2025, 3, 2),
    communicated_to="suppliers",
    how="The region's status report",
)


def test_who_was_told_of_a_value_stands_beside_it():
    untold = published(replace(OVERLAY, communicated_on=None, communicated_to="UNKNOWN"))
    (event,) = given(POLICY, untold, OWNER).when(TELL).then_events("policy-communicated")
    (row_told,) = set(untold.rows) - set(POLICY.rows)
    library = Library((Book(POLICY, 1), Book(untold, 2))).with_communication(4, event)
    assert library.communications_of(row_told) == ((4, event),)
    assert not any(library.communications_of(one) for one in POLICY.rows)
    assert library.with_book(Book(untold, 5)).communications == library.communications


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"term": "eighteen-months.months"}, "policy-value-unknown", "valid_from"),
        ({"force": "guidance"}, "policy-value-unknown", "valid_from"),
        ({"valid_from": date(2025, 3, 2)}, "policy-value-unknown", "valid_from"),
        ({"communicated_on": date(2025, 3, 4)}, "instant-ahead", "communicated_on"),
        ({"region": None}, "mandate-role-wrong", ""),
        ({"region": "skane"}, "mandate-out-of-scope", ""),
    ],
)
def test_only_a_published_value_of_ones_own_is_told_and_never_ahead(change, code, field):
    book = published(OVERLAY)
    given(POLICY, book, OWNER).when(replace(TELL, **change)).then_refused(code, field=field)


def test_a_legal_person_is_told_of_as_one_of_the_regions():
    given(*BEFORE, REGION).when(replace(TELL, legal_person="232100-0016")).then_refused("overlay-scope-wrong")
    own = published(replace(OVERLAY, legal_person="232100-0214"), *BEFORE, REGION)
    told = replace(TELL, legal_person="232100-0214")
    given(POLICY, own, OWNER, REGION).when(told).then_events("policy-communicated")
