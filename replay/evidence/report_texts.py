"""The words of the report in Swedish and English; `report.yaml` has every one of them, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")
FILE = Path(__file__).with_name("report.yaml")


@dataclass(frozen=True, slots=True)
class Words:
    """What the report is written with in one language: sentences and labels by key, events by their name."""

    language: Language
    texts: Mapping[str, str]
    events: Mapping[str, str]

    def __call__(self, key: str, **values: Any) -> str:
        """A text with its values put in. Raises KeyError for one that is not declared."""
        return self.texts[key].format(**values)

    def event(self, name: str) -> str:
        """What a kind of event is called; its name where a newer ledger has one of its own."""
        return self.events.get(name, name)


@cache
def declared() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Texts and events as they are declared: Swedish and English by key."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {part: {key: (_set(sv), _set(en)) for key, (sv, en) in of.items()} for part, of in told.items()}


def _set(text: str) -> str:
    """A text as it is set in type."""
    return text.replace("'", "’")


@cache
def words(language: Language) -> Words:
    """Every word in one language."""
    index = LANGUAGES.index(language)
    of = {part: {key: both[index] for key, both in each.items()} for part, each in declared().items()}
    return Words(language, of["texts"], of["events"])


def texts(language: Language) -> Mapping[str, str]:
    """Every text in one language by its key."""
    return words(language).texts
