"""The words of the cases: each phrase is one sentence pattern and the command, or commands, it stands for.

``@phrase("{supplier} offers {consultant} for {order}")`` matches a whole sentence; a placeholder is one word
without a comma, ``{names*}`` the rest of the sentence as a list of words.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

_FILLERS = {"and", "to"}


@dataclass(frozen=True)
class Act:
    """One command as a phrase makes it: its name at the door, its body as JSON, who gives it.

    ``trust`` is given for a command brought in from another system; ``minutes`` pass before it is given.
    """

    name: str
    body: dict[str, Any]
    actor: str
    mandate: str | None = None
    trust: str | None = None
    minutes: int = 0


@dataclass(frozen=True)
class Phrase:
    """A sentence pattern and what it means."""

    text: str
    pattern: re.Pattern[str]
    act: Callable[..., Act | Iterable[Act]]


PHRASES: list[Phrase] = []


def phrase(text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the meaning of a sentence."""
    pattern = re.compile("".join(map(_part, re.split(r"(\{\w+\*?\})", text))))

    def register(act: Callable[..., Any]) -> Callable[..., Any]:
        if any(known.text == text for known in PHRASES):
            raise TypeError(f"the phrase “{text}” has a meaning already")
        PHRASES.append(Phrase(text, pattern, act))
        return act

    return register


def understood(sentence: str) -> tuple[Phrase, dict[str, Any]]:
    """The phrase a sentence matches, and its words. Raises LookupError for none or several."""
    found = [(one, match) for one in PHRASES if (match := one.pattern.fullmatch(sentence))]
    if len(found) != 1:
        kind = "several phrases match" if found else "no phrase matches"
        raise LookupError(f"{kind} “{sentence}”: {[one.text for one, _ in found]}")
    one, match = found[0]
    lists = {name for name in match.groupdict() if f"{{{name}*}}" in one.text}
    words = {name: _listed(text) if name in lists else text for name, text in match.groupdict().items()}
    return one, words


def _part(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    name = part.strip("{}")
    return rf"(?P<{name[:-1]}>.+)" if name.endswith("*") else rf"(?P<{name}>[^\s,]+)"


def _listed(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,]+", text) if word and word not in _FILLERS]


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
