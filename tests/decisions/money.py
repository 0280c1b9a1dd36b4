"""A common history for money: one contract at the background's unit, in zone 3."""

from datetime import date

from ledger.events.assignments import ContractConcluded
from tests.decisions.background import AGREEMENT, REGION_ID
from tests.given import at

CONTRACT = ContractConcluded(
    assignment="a-1",
    agreement=AGREEMENT,
    order="o-1",
    offer="f-1",
    supplier="s-1",
    consultant="k-1",
    region=REGION_ID,
    authority="jh-rs",
    unit="u-1",
    operating_unit="site-1",
    lot="nurses",
    ordered_by="orderer-1",
    article="ssk-1",
    from_on=date(2025, 4, 7),
    until_on=date(2025, 6, 30),
    planned_shifts=48,
    follows=None,
    concluded_at=at("2025-03-06T09:00:00+01:00"),
    how="Order confirmation",
    notice_sent_at=None,
)
