"""What must come of a case, compared with what did: events, values by dotted path, refusals by code."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from api.problems import ProblemError
from ledger.errors import Refusal
from ledger.events.base import event_type
from ledger.values import parsed_instant
from tests.cases.story import Case, moment

INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?")
_ABSENT = object()


def differences(case: Case, came: Any) -> Iterator[str]:
    """What differs from what the case demands; ``came`` is events, an answer as JSON, or what was raised."""
    if isinstance(came, Exception):
        yield from _of_refusal(case.then, came)
    elif "refused" in case.then:
        yield f"refused with {case.then['refused']} was expected, and nothing was refused"
    else:
        yield from _of_yes(case.then, came)


def _of_refusal(then: dict[str, Any], came: Exception) -> Iterator[str]:
    code, field = _named(came)
    if "refused" not in then:
        yield f"it was refused with {code} ({came})"
        return
    if code != then["refused"]:
        yield f"refused with {code} ({came}) instead of {then['refused']}"
    if "field" in then and field != then["field"]:
        yield f"the field is {field} instead of {then['field']}"
    if isinstance(came, Refusal) and not came.clause:
        yield "the refusal names no clause"


def _named(came: Exception) -> tuple[str, str | None]:
    if isinstance(came, ProblemError):
        return came.problem.code, came.problem.field
    return getattr(came, "code", type(came).__name__), getattr(came, "field", None)


def _of_yes(then: dict[str, Any], came: Any) -> Iterator[str]:
    shown = came
    if isinstance(came, list):
        names = [event_type(one).name for one in came]
        if "recorded" in then and names != then["recorded"]:
            yield f"recorded {names} instead of {then['recorded']}"
        shown = {event_type(one).name: msgspec.to_builtins(one) for one in reversed(came)}
    for path, wanted in then.get("values", {}).items():
        found = _at(shown, str(path))
        if not _same(found, wanted):
            yield f"{path} is {'missing' if found is _ABSENT else found!r} instead of {wanted!r}"
    for path in then.get("absent", ()):
        if _at(shown, path) is not _ABSENT:
            yield f"{path} is there"


def _at(shown: Any, path: str) -> Any:
    """The value at a dotted path; a name may hold dots itself, such as that of a policy term."""
    if path == "":
        return shown
    if isinstance(shown, dict):
        for name in sorted(
            (key for key in shown if path == key or path.startswith(f"{key}.")), key=len, reverse=True
        ):
            return _at(shown[name], path[len(name) + 1 :])
    if isinstance(shown, (list, tuple)):
        head, _, rest = path.partition(".")
        if head == "count":
            return len(shown)
        if head.isdigit() and int(head) < len(shown):
            return _at(shown[int(head)], rest)
    return _ABSENT


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, date):
        wanted = wanted.isoformat()
    if isinstance(wanted, str) and INSTANT.fullmatch(wanted):
        return found == wanted or _instant(found) == moment(wanted)
    if isinstance(wanted, str) and isinstance(found, str) and wanted.startswith("…"):
        return wanted.strip("…") in found
    if isinstance(wanted, list) and isinstance(found, (list, tuple)):
        return len(wanted) == len(found) and all(map(_same, found, wanted))
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(key in found and _same(found[key], value) for key, value in wanted.items())
    return type(found) is type(wanted) and found == wanted


def _instant(found: Any) -> Any:
    try:
        return parsed_instant(found)
    except ValueError:
        return None
