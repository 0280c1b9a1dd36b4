"""How the report writes instants, dates, amounts and text: Swedish local time, only signs its fonts have."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from ledger.values import SECOND_US, STOCKHOLM, moment
from replay.evidence.report_reading import runs
from replay.evidence.report_texts import Words

_MINUTES = 60
_ORE = 100
_LONG = 240
_SIGNS = frozenset("\xa0–—‘’“”„…•€−≤≥×→′″")
_SOFT_HYPHEN = "\xad"


def printable(content: Any) -> Any:
    """The same content with every sign that the fonts may lack, or that is not seen, as its code point."""
    if isinstance(content, str):
        return content if content.isascii() and content.isprintable() else "".join(map(_sign, content))
    if isinstance(content, dict):
        return {key: printable(one) for key, one in content.items()}
    return [printable(one) for one in content] if isinstance(content, list) else content


def _sign(sign: str) -> str:
    latin = sign.isprintable() and ord(sign) < 0x180 and sign != _SOFT_HYPHEN
    return sign if latin or sign in _SIGNS or sign == "\n" else f"[U+{ord(sign):04X}]"


def local(at: int) -> str:
    """An instant (µs) in Swedish local time with its zone, and no parts of a second."""
    return f"{moment(at).astimezone(STOCKHOLM):%Y-%m-%d %H:%M:%S %Z}"


def exactly(at: int) -> str:
    """The same, with parts of a second where there are any."""
    told = moment(at).astimezone(STOCKHOLM)
    part = f".{at % SECOND_US:06d}".rstrip("0") if at % SECOND_US else ""
    return f"{told:%Y-%m-%d %H:%M:%S}{part} {told:%Z}"


def last_day(until_on: str) -> str:
    """The last day of a half-open period."""
    return (date.fromisoformat(until_on) - timedelta(days=1)).isoformat()


def lasting(minutes: int) -> str:
    """Minutes as hours and minutes."""
    hours, left = divmod(minutes, _MINUTES)
    return f"{hours} h {left} min" if left else f"{hours} h"


def grouped(number: int, words: Words) -> str:
    """A whole number with its thousands apart."""
    return f"{number:,}".replace(",", "\xa0" if words.language == "sv" else ",")


def kronor(ore: int, words: Words) -> str:
    """An amount in kronor."""
    whole, rest = divmod(ore, _ORE)
    amount = grouped(whole, words)
    return f"{amount},{rest:02d}\xa0kr" if words.language == "sv" else f"SEK\xa0{amount}.{rest:02d}"


def stretches(positions: Iterable[int]) -> str:
    """Positions as text: 1, 6, 15883–15899."""
    ordered = sorted(set(positions))
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs(ordered))


def shortly(positions: Iterable[int], words: Words) -> str:
    """Positions as text; where they are many only how many, the first and the last."""
    ordered = sorted(set(positions))
    told = stretches(ordered)
    if len(told) <= _LONG:
        return told
    return words("positions-many", count=len(ordered), first=ordered[0], last=ordered[-1])


def listed(names: Iterable[Any]) -> str:
    """Names one after another."""
    return ", ".join(map(str, names))
