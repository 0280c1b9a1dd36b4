"""The decisions behind records: where each rests, and the policy values it read, by making it again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ledger.decisions.base import EVERY_VERSION, Context, gather
from ledger.events.policy import PolicyRow
from ledger.fold import Fold
from ledger.handle.reading import FoldCache, read_folds
from ledger.policy.model import Resolved, terms_digest
from ledger.policy.rows import key_of
from ledger.store.canonical import encoded
from ledger.store.codec import Header, header_of, parse_record
from ledger.store.log import Log, Record
from replay.again import command_of, context_of
from replay.evidence.contents import DecisionHeld
from replay.recorded import decisions

_DIGEST, _POSITIONS = "digest", "positions"


def decisions_behind(log: Log, records: Iterable[Record]) -> Iterator[DecisionHeld]:
    """Every decision behind these records that read policy, once, at the first of its records here."""
    seen, cache = set(), FoldCache()
    for record in records:
        header = header_of(parse_record(record.record).header)
        first = record.position - header.n[0] + 1
        if header.policy is not None and first not in seen:
            seen.add(first)
            yield _held(log, cache, record.position, header)


def policies_read(records: Iterable[Record]) -> set[int]:
    """Where the policies stand that the decisions behind these records read."""
    found: set[int] = set()
    for record in records:
        positions = (header_of(parse_record(record.record).header).policy or {}).get(_POSITIONS, ())
        found.update(positions if isinstance(positions, tuple) else ())
    return found


def decisions_file(held: Sequence[DecisionHeld]) -> bytes:
    """The decisions to re-perform as JSON: each value that they read once, and every decision by its values.

    A value has the row as it was published and where; ``terms`` are numbers of values, as the
    digest orders them.
    """
    values: dict[tuple[int, PolicyRow], int] = {}
    for one in held:
        for term in one.terms or ():
            values.setdefault((term.position, term.row), len(values))
    document = {
        "decisions": [
            {
                "cannot": one.cannot, "decided_at": one.decided_at, "head": one.head, "policy": one.policy,
                "position": one.position, "rule": one.rule,
                "terms": None if one.terms is None else [values[t.position, t.row] for t in one.terms],
            }
            for one in held
        ],
        "values": [{"position": at, "row": row} for at, row in values],
    }  # fmt: skip
    return msgspec.json.format(encoded(document), indent=1) + b"\n"


def _held(log: Log, cache: FoldCache, position: int, header: Header) -> DecisionHeld:
    digest = str((header.policy or {})[_DIGEST])
    terms, cannot = _read_again(log, cache, position, header)
    if terms is not None and terms_digest(one.row for one in terms) != digest:
        terms, cannot = None, "made again it reads other values"
    return DecisionHeld(position, header.rule or "", header.decided_at, header.head, digest, terms, cannot)


def _read_again(
    log: Log, cache: FoldCache, position: int, header: Header
) -> tuple[tuple[Resolved, ...] | None, str]:
    """The values that a decision reads when it is made again from its own past, as its digest orders them."""
    decision = EVERY_VERSION.get(header.rule or "")
    if decision is None:
        return None, f"the rule {header.rule} is not kept in this code"
    first = position - header.n[0] + 1
    (recorded,) = decisions(log.records(after=first - 1, upto=first + header.n[1] - 1))

    def answer(folds: Mapping[str, Fold[Any]]) -> Mapping[str, Any]:
        return read_folds(log, folds, cache, upto=header.head)[1]

    context: Context = context_of(recorded.header)
    try:
        command = command_of(decision, recorded)
        ruling = decision.rule(command, gather(decision.facts(command, context), answer).facts, context)
    except Exception as error:  # noqa: BLE001  whatever a changed past raises: it cannot be made again here
        return None, f"{type(error).__name__}: {error}"
    once = {one.row: one for one in ruling.terms}
    return tuple(sorted(once.values(), key=lambda one: (one.row.topic, *key_of(one.row)))), ""
