"""Differences of the policy in words, Swedish first."""

from dataclasses import dataclass
from typing import Any

import msgspec

from api.policies import shown
from ledger.events.policy import PlainValue, PolicyRow
from ledger.policy.differences import Difference
from ledger.policy.model import ASSUMPTION
from ledger.policy.topics import topics

UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Words:
    """One difference in both languages."""

    sv: str
    en: str


_WHERE = {
    "nation": ("hela landet", "the whole country"), "region": ("region", "region"),
    "legal-person": ("juridisk person", "legal person"), "lot": ("delområde", "lot"),
}  # fmt: skip
_FORCE = {
    "term": ("villkor", "term"), "recommendation": ("rekommendation", "recommendation"),
    "guidance": ("vägledning", "guidance"), "interpretation": ("tolkning", "interpretation"),
}  # fmt: skip


_UNITS = {  # what a number counts; the unit of another value only describes the term
    "calendar months": "kalendermånader",
    "calendar months since its date": "kalendermånader sedan dess datum",
    "calendar days": "kalenderdagar",
    "days": "dagar",
    "working days": "arbetsdagar",
    "shift-free days": "passfria dagar",
    "seconds": "sekunder",
    "minutes": "minuter",
    "minutes after local midnight": "minuter efter midnatt",
    "minutes inside the ordering window": "minuter inom beställningstiden",
    "parts per million of the price list": "miljondelar av prislistan",
    "parts per million of pay": "miljondelar av lönen",
    "öre a decision": "öre per beslut",
    "awards of one position": "tilldelningar av en position",
    "references": "referenser",
    "consultants": "konsulter",
}


def worded(difference: Difference) -> Words:
    """What another row governs on the other side, why it may, and who was told."""
    before = difference.before.row if difference.before else None
    after = difference.after.row if difference.after else None
    changed = _changed(before, after)
    since = _since(after) if after else Words("", "")
    return Words(f"{difference.term}: {changed.sv}.{since.sv}", f"{difference.term}: {changed.en}.{since.en}")


def document(difference: Difference) -> dict[str, Any]:
    """The same as JSON: the words, and both rows."""
    told = worded(difference)
    sides = {"before": difference.before, "after": difference.after}
    rows = {side: shown(found.row) if found else None for side, found in sides.items()}
    return {"term": difference.term, "sv": told.sv, "en": told.en, **msgspec.to_builtins(rows)}


def topic_line(number: int) -> str:
    """A topic's heading in both languages."""
    found = topics()[number]
    return f"{number}. {found.sv} / {found.en}"


def value_words(value: PlainValue) -> Words:
    """A value: yes or no in words, a list with commas, a table as pairs."""
    if isinstance(value, bool):
        return Words("ja", "yes") if value else Words("nej", "no")
    if not isinstance(value, tuple):
        return Words(str(value), str(value))
    ones = [f"{one[0]} {one[1]}" if isinstance(one, tuple) else str(one) for one in value]
    text = ", ".join(ones)
    return Words(text or "inget", text or "nothing")


def value_shown(value: PlainValue) -> str:
    """A value in both languages where they differ."""
    words = value_words(value)
    return words.sv if words.sv == words.en else f"{words.sv} / {words.en}"


def row_words(row: PolicyRow) -> Words:
    """What a row says, with its unit."""
    value, unit = value_words(row.value), _UNITS.get(row.unit)
    return Words(f"{value.sv} ({unit})" if unit else value.sv, f"{value.en} ({row.unit})")


def _changed(before: PolicyRow | None, after: PolicyRow | None) -> Words:
    now = row_words(after) if after else Words("inget värde längre", "no value any longer")
    if before is None:
        return Words(f"{now.sv}, där inget gällde", f"{now.en}, where nothing applied")
    if after is not None and before.value == after.value:
        return Words(
            f"{now.sv} som på den andra sidan, på annan grund",
            f"{now.en} as on the other side, on other grounds",
        )
    was = value_words(before.value)
    return Words(f"{now.sv} i stället för {was.sv}", f"{now.en} instead of {was.en}")


def _since(row: PolicyRow) -> Words:
    where, there = (" ".join(filter(None, (level, row.scope))) for level in _WHERE[row.level])
    force, source, permitted, told = _FORCE[row.force], _source(row), _permitted(row), _told(row)
    since, grounds = row.valid_from, Words(f"{permitted.sv}{told.sv}", f"{permitted.en}{told.en}")
    return Words(
        f" Gäller {where} sedan {since} som {force[0]}; källa: {source.sv}{grounds.sv}.",
        f" Holds for {there} since {since} as {force[1]}; source: {source.en}{grounds.en}.",
    )


def _source(row: PolicyRow) -> Words:
    return Words("antagande", "assumption") if row.source == ASSUMPTION else Words(row.source, row.source)


def _permitted(row: PolicyRow) -> Words:
    if row.level == "nation":
        return Words("", "")
    if row.permitted_by == UNKNOWN:
        return Words("; ingen har publicerat vad som tillåter det", "; nobody has published what permits it")
    return Words(f"; tillåtet av {row.permitted_by}", f"; permitted by {row.permitted_by}")


def _told(row: PolicyRow) -> Words:
    if row.level == "nation" and row.communicated_on is None:
        return Words("", "")
    if row.communicated_on is None:
        return Words("; inte känt att någon har fått veta det", "; nobody is known to have been told")
    told = f"{row.communicated_to}, {row.communicated_on}"
    return Words(f"; meddelat {told}", f"; communicated to {told}")
