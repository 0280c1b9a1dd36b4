"""The thirty topics of the policy by their numbers, each with its name in Swedish and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

FILE = Path(__file__).parent / "topics.yaml"


@dataclass(frozen=True, slots=True)
class Topic:
    """The name of a topic."""

    sv: str
    en: str


@cache
def topics() -> Mapping[int, Topic]:
    """Every topic, in order."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return MappingProxyType({number: Topic(*names) for number, names in told.items()})
