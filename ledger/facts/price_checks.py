"""Whether a line has the price of the right date, zone and rate level, and which other one it has instead."""

from collections.abc import Iterator

from ledger.events.invoices import MismatchCode
from ledger.facts.invoices import LineHeld
from ledger.facts.mismatches import Mismatch
from ledger.facts.prices import LEVELS, ZONES, Priced, Pricing
from ledger.policy.pricing import TRAVEL


def price_mismatches(held: LineHeld, pricing: Pricing, priced: Priced, article: str) -> Iterator[Mismatch]:
    """What does not match of a line's price and amount; ``article`` is the one that should be priced.

    A credit that leaves the right amount mends the price of a line.
    """
    line = held.event
    if priced.level is None and line.kind != TRAVEL:
        yield Mismatch(line.line, "article-not-in-force", "-", article, priced.facts, priced.terms)
        return
    expected = priced.unit_ore(line.kind)
    if _mended(held, priced, expected):
        return
    if line.unit_ore != expected:
        code = _instead(held, pricing, priced, article)
        shown = _shown(line.kind, line.unit_ore)
        terms = (*priced.terms, *priced.prices.behind(line.kind))
        yield Mismatch(line.line, code, _shown(line.kind, expected), shown, priced.facts, terms)
    amount = priced.prices.amount_ore(line.kind, line.quantity, line.unit_ore)
    if line.amount_ore != amount:
        terms = priced.prices.behind(line.kind)
        yield Mismatch(line.line, "amount-wrong", f"{amount} öre", f"{line.amount_ore} öre", (), terms)


def _mended(held: LineHeld, priced: Priced, expected: int | None) -> bool:
    """Whether a credit has left what the right price comes to."""
    if expected is None or not held.credits:
        return False
    return held.ore == priced.prices.amount_ore(held.event.kind, held.quantity, expected)


def _instead(held: LineHeld, pricing: Pricing, priced: Priced, article: str) -> MismatchCode:
    """Of which other zone, level or date the invoiced price is, if of any."""
    line = held.event
    zones = set(pricing.policy(ZONES, priced.on).table.values()) | {pricing.zone}
    levels = set(pricing.policy(LEVELS, priced.on).table.values())
    if line.unit_ore in {priced.unit_ore(line.kind, zone=zone) for zone in zones}:
        return "price-of-other-zone"
    if line.unit_ore in {priced.unit_ore(line.kind, level=level) for level in levels}:
        return "price-of-other-level"
    days = {*pricing.dates(line.on).values(), held.issued_on}
    others = {pricing.on(day, article).unit_ore(line.kind) for day in days}
    return "price-of-other-date" if line.unit_ore in others else "price-wrong"


def _shown(kind: str, ore: int | None) -> str:
    if ore is None:
        return "-"
    return f"{ore} öre" if kind == TRAVEL else f"{ore} öre/h"
