"""Article numbers with lead time, and order messages that carry them."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.decisions.articles import ChangeArticle
from ledger.decisions.order_messages import SendOrderMessage
from ledger.events.prices import ArticleChanged
from tests.decisions.background import AGREEMENT, MANDATE, ORDER, POLICY, UNIT, policy, row
from tests.decisions.money import CONTRACT
from tests.given import at, given

CENTRAL = replace(MANDATE, role="central-contract-management", region=None, units=(), holder="oaf-1")
NOW = {"actor": "oaf-1", "now": "2025-03-03T09:00:00+01:00"}
CHANGE = ChangeArticle(
    agreement=AGREEMENT,
    lot="nurses",
    article="ssk-op",
    level=2,
    title="Operationssjuksköterska",
    from_on=date(2025, 6, 1),
    announced_to=("regions", "suppliers"),
)
CHANGED = ArticleChanged(
    **{name: getattr(CHANGE, name) for name in CHANGE.__dataclass_fields__},
    announced_at=at(NOW["now"]),
    decided_by="oaf-1",
    terms=(),
)


def test_a_change_is_announced_ninety_days_ahead():
    (event,) = given(POLICY, CENTRAL).when(CHANGE, **NOW).then_events("article-changed")
    assert (event.level, event.from_on, event.announced_at) == (2, date(2025, 6, 1), at(NOW["now"]))
    assert {t.term for t in event.terms} == {"article.lead-days", "article.levels", "price.hour-ore"}


def test_a_day_too_late_is_refused():
    done = given(POLICY, CENTRAL).when(replace(CHANGE, from_on=date(2025, 5, 31)), **NOW)
    refused = done.then_refused("lead-time-too-short", field="from_on", positions=(1,))
    assert refused.assumed == ("article.lead-days",)


def test_without_lead_time_in_policy_it_may_begin_today():
    soon = replace(CHANGE, from_on=date(2025, 3, 3))
    given(policy(row("article.lead-days", 0)), CENTRAL).when(soon, **NOW).then_events("article-changed")


@pytest.mark.parametrize("level", [3, 9])
def test_a_level_without_prices_is_refused(level):
    given(POLICY, CENTRAL).when(replace(CHANGE, level=level), **NOW).then_refused("level-not-listed")


def test_what_changes_nothing_is_refused():
    listed = replace(CHANGE, article="ssk-spec")
    given(POLICY, CENTRAL).when(listed, **NOW).then_refused("article-unchanged", positions=(1,))
    given(POLICY, CENTRAL, CHANGED).when(CHANGE, **NOW).then_refused("article-unchanged", positions=(3,))
    unknown = replace(CHANGE, level=None)
    given(POLICY, CENTRAL).when(unknown, **NOW).then_refused("article-unchanged")


def test_an_article_may_be_taken_out_of_use():
    gone = replace(CHANGE, level=None, from_on=date(2025, 7, 1))
    given(POLICY, CENTRAL, CHANGED).when(gone, **NOW).then_events("article-changed")


def test_only_central_management_changes_articles():
    owner = replace(CENTRAL, role="contract-owner")
    given(POLICY, owner).when(CHANGE, **NOW).then_refused("mandate-role-wrong")
    given(CENTRAL).when(CHANGE, **NOW).then_refused("policy-missing")
    for name in ("article.lead-days", "price.hour-ore"):
        lacking = policy(without=(name,))
        given(lacking, CENTRAL).when(CHANGE, **NOW).then_refused("policy-term-missing")


SEND = SendOrderMessage(
    message="BEST-1",
    assignment="a-1",
    sent_at=at("2025-03-07T10:00:00+01:00"),
    channel="peppol",
    parties=("supplier", "unit"),
)
SENT = {"now": "2025-03-07T10:05:00+01:00"}
KNOWN = (POLICY, MANDATE, UNIT, ORDER, CONTRACT)


def test_an_order_message_carries_article_level_and_zone():
    (event,) = given(*KNOWN).when(SEND, **SENT).then_events("order-message-sent")
    assert (event.line.article, event.line.level, event.line.zone) == ("ssk-1", 1, 3)
    assert (event.order, event.supplier, event.line.planned_shifts) == ("o-1", "s-1", 48)
    assert {"order-message.parties", "price.date", "price.zones"} <= {t.term for t in event.terms}


def test_the_zone_is_the_municipalitys():
    moved = (POLICY, MANDATE, replace(UNIT, municipality="1490"), ORDER, CONTRACT)
    (event,) = given(*moved).when(SEND, **SENT).then_events("order-message-sent")
    assert event.line.zone == 2


def test_a_message_leaves_no_party_out():
    only = replace(SEND, parties=("supplier",))
    given(*KNOWN).when(only, **SENT).then_refused("party-left-out", field="parties", positions=(1,))


def test_a_message_is_sent_once_after_the_contract_and_not_ahead():
    (sent,) = given(*KNOWN).when(SEND, **SENT).then_events("order-message-sent")
    given(*KNOWN, sent).when(SEND, **SENT).then_refused("order-message-sent", positions=(6,))
    given(*KNOWN, sent).when(replace(SEND, message="BEST-2"), **SENT).then_events("order-message-sent")
    given(MANDATE).when(SEND, **SENT).then_refused("assignment-unknown")
    given(*KNOWN).when(SEND, now="2025-03-07T09:59:00+01:00", loose=True).then_refused("instant-ahead")
    given(*KNOWN).when(SEND, actor="else-1", **SENT).then_refused("mandate-not-held")


def test_an_article_out_of_use_is_not_ordered():
    gone = replace(CHANGED, article="ssk-1", level=None, from_on=date(2025, 4, 7))
    given(*KNOWN, gone).when(SEND, **SENT).then_refused("article-not-in-force", positions=(3, 4, 6))
    later = replace(gone, from_on=date(2025, 4, 8))
    given(*KNOWN, later).when(SEND, **SENT).then_events("order-message-sent")
    odd = (*KNOWN[:4], replace(CONTRACT, article="ssk-other"))
    given(*odd).when(SEND, **SENT).then_refused("article-not-in-force")
