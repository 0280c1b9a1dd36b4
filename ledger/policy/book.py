"""The policy book as files: one term a file, read strictly into the rows that a publication records."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from ledger.events.policy import PolicyRow
from ledger.policy.kinds import kind_of, misfits
from ledger.policy.model import ASSUMPTION
from ledger.policy.rows import key_of, named, not_local

TERMS = Path(__file__).parent / "terms"
SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # written in C where that was built
AGREEMENTS = Path(__file__).parent / "agreements.yaml"
_TERM_FIELDS = {"topic", "term", "unit", "kind", "values"}
_VALUE_FIELDS = {
    "level", "scope", "value", "valid_from", "valid_until", "source", "assumed", "force", "permitted_by",
    "decided_on", "decided_by", "communicated_on", "communicated_to",
}  # fmt: skip
_DEFAULTS = {"scope": "", "valid_until": None, "assumed": "", "permitted_by": ""}
_ROW = TypeAdapter(PolicyRow)


class BadTermError(ValueError):
    """A file of the policy book is wrong; the message names the file and the field."""

    def __init__(self, file: str, where: str, what: str) -> None:
        super().__init__(f"{file}: {where}: {what}")
        self.file, self.where, self.what = file, where, what


def load(folder: Path = TERMS) -> tuple[PolicyRow, ...]:
    """Every row of the book in a folder, ordered by term, scope and date. Raises BadTermError."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise BadTermError(folder.name, "*.yaml", "the folder holds no terms")
    rows = [row for file in files for row in _rows(file)]
    for row, rule in not_local(rows):
        raise BadTermError(f"{row.term}.yaml", "level", f"{rule.term} keeps it national")
    return tuple(sorted(rows, key=lambda r: (r.topic, *key_of(r))))


def books(file: Path = AGREEMENTS) -> Mapping[str, tuple[PolicyRow, ...]]:
    """The rows of every agreement that has a folder of terms, by agreement id. Raises BadTermError."""
    folders: Mapping[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {agreement: load(file.parent / folder) for agreement, folder in folders.items()}


def flaws(rows: Iterable[PolicyRow]) -> tuple[tuple[str, str], ...]:
    """What is wrong with rows of the right types, as (field of the row, what); empty when nothing is."""
    ordered = sorted(rows, key=key_of)
    own = [(f"{named(row)}: {field}", what) for row in ordered for field, what in _flaws_of(row)]
    unfit = [(f"{named(row)}: value", what) for row, what in misfits(ordered)]
    local = [
        (f"{named(row)}: level", f"{rule.term} of {rule.valid_from} keeps it national")
        for row, rule in not_local(ordered)
    ]
    return (*own, *unfit, *_overlaps(ordered), *_units(ordered), *local)


def _rows(file: Path) -> list[PolicyRow]:
    term = _term(file)
    rows = [_row(file, term, n, value) for n, value in enumerate(term["values"])]
    for where, what in flaws(rows):
        raise BadTermError(file.name, where, what)
    return rows


def _term(file: Path) -> Mapping[str, Any]:
    try:
        term = yaml.load(file.read_text(encoding="utf-8"), SAFE)  # noqa: S506  it is one or the other
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadTermError(file.name, "file", f"is not YAML in UTF-8 ({error})") from error
    if not isinstance(term, dict):
        raise BadTermError(file.name, "file", "must hold topic, term, unit, kind and values")
    _exactly(file, "file", term, _TERM_FIELDS, _TERM_FIELDS)
    if term["term"] != file.stem:
        raise BadTermError(file.name, "term", f"must be the file's name, {file.stem}")
    try:
        term["kind"] = kind_of(term["kind"])
    except ValueError as error:
        raise BadTermError(file.name, "kind", str(error)) from error
    if not isinstance(term["values"], list) or not term["values"]:
        raise BadTermError(file.name, "values", "must be a list with at least one value")
    return term


def _row(file: Path, term: Mapping[str, Any], n: int, value: object) -> PolicyRow:
    where = f"values[{n}]"
    if not isinstance(value, dict):
        raise BadTermError(file.name, where, "must be a mapping")
    _exactly(file, where, value, _VALUE_FIELDS, {"level", "value", "valid_from", "source", "force"})
    shared = {field: term[field] for field in sorted(_TERM_FIELDS - {"values"})}
    whole = {**_DEFAULTS, **value, **shared, "value": plain(value["value"])}
    try:
        return _ROW.validate_python(whole)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadTermError(file.name, f"{where}.{field}", first["msg"]) from error


def plain(value: object) -> object:
    """A value as a row holds it: lists as tuples, tables as pairs in order of text."""
    if isinstance(value, dict):
        return tuple(sorted(value.items(), key=lambda pair: str(pair[0])))
    return tuple(value) if isinstance(value, list) else value


def _exactly(file: Path, where: str, found: Mapping[str, Any], known: set[str], needed: set[str]) -> None:
    for field in sorted(set(found) - known, key=str):
        raise BadTermError(file.name, f"{where}.{field}", "is not a field of the book")
    for field in sorted(needed - set(found)):
        raise BadTermError(file.name, f"{where}.{field}", "is missing")


def _flaws_of(row: PolicyRow) -> Iterable[tuple[str, str]]:
    if not 1 <= row.topic <= 30:
        yield "topic", "must be one of the thirty topics"
    if not row.unit.strip():
        yield "unit", "is empty"
    if not row.source.strip():
        yield "source", "is empty: name a document or say assumption"
    if row.valid_until is not None and row.valid_until <= row.valid_from:
        yield "valid_until", "must lie after valid_from"
    if (row.source == ASSUMPTION) != bool(row.assumed.strip()):
        yield "assumed", "says what is assumed and why, where the source is assumption and only there"
    if (row.communicated_on is None) != (row.communicated_to == "UNKNOWN"):
        yield "communicated_to", "says whom, and communicated_on when: both or neither is known"
    yield from _scope_flaws(row)


def _scope_flaws(row: PolicyRow) -> Iterable[tuple[str, str]]:
    overlay = row.level != "nation"
    if overlay != bool(row.scope.strip()):
        yield "scope", "names what an overlay is for, and is empty nationally"
    if overlay != bool(row.permitted_by.strip()):
        yield "permitted_by", "names an overlay's clause or UNKNOWN, and is empty nationally"


def _overlaps(ordered: list[PolicyRow]) -> Iterable[tuple[str, str]]:
    for former, row in pairwise(ordered):
        if key_of(former) == key_of(row):
            yield f"{named(row)}: valid_from", "two values start on the same date"


def _units(ordered: list[PolicyRow]) -> Iterable[tuple[str, str]]:
    for former, row in pairwise(ordered):
        if former.term != row.term:
            continue
        if (former.unit, former.topic, former.kind) != (row.unit, row.topic, row.kind):
            yield f"{named(row)}: unit", "a term has one topic, one unit and one kind"
