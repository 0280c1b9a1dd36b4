"""The rows of a policy book as a set: what names one, what was published of it, what may not be local."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date

from ledger.events.policy import PolicyCommunicated, PolicyRow

NATIONAL_TERMS = "policy.national-terms"
"""The term that lists the terms which no region may have of its own."""

RowKey = tuple[str, str, str, str, date]
_FIELDS = tuple(field.name for field in fields(PolicyRow))


def key_of(row: PolicyRow | PolicyCommunicated) -> RowKey:
    """What names a row for ever, also in a communication: its term, level, scope, force and start."""
    return row.term, row.level, row.scope, row.force, row.valid_from


def named(row: PolicyRow) -> str:
    """A row as people name it, such as ``continuity.counts (region stockholm, 2026-01-01)``."""
    return f"{row.term} ({row.level} {row.scope}".rstrip() + f", {row.valid_from})"


def in_force(row: PolicyRow, on: date) -> bool:
    """Whether a row holds on a date; it ends the day before ``valid_until``."""
    return row.valid_from <= on and (row.valid_until is None or on < row.valid_until)


def edited(published: Iterable[PolicyRow], given: Iterable[PolicyRow]) -> Iterator[tuple[PolicyRow, str]]:
    """Each given row that says otherwise than the published one of its name, and in which field."""
    held = {key_of(row): row for row in published}
    for row in given:
        former = held.get(key_of(row))
        if former is not None and former != row:
            yield row, next(name for name in _FIELDS if getattr(former, name) != getattr(row, name))


def together(published: Iterable[PolicyRow], given: Iterable[PolicyRow]) -> tuple[PolicyRow, ...]:
    """What was published and what is added to it, each row once, in the order of the book."""
    held: Mapping[RowKey, PolicyRow] = {key_of(row): row for row in (*given, *published)}
    return tuple(sorted(held.values(), key=lambda row: (row.topic, *key_of(row))))


def not_local(rows: Iterable[PolicyRow]) -> Iterator[tuple[PolicyRow, PolicyRow]]:
    """Each row that is narrower than the nation though its term is national from its start, and why."""
    rows = tuple(rows)
    rules = [row for row in rows if row.term == NATIONAL_TERMS and row.level == "nation"]
    for row in rows:
        holding = [rule for rule in rules if in_force(rule, row.valid_from)]
        rule = max(holding, key=lambda one: one.valid_from, default=None)
        if rule is None or row.level in {"nation", "lot"} or not isinstance(rule.value, tuple):
            continue
        if row.term in rule.value:
            yield row, rule
