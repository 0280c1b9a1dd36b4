"""The announced criteria of award: time and continuity, in the policy's order or by its weights (S3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.decisions.continuity import understood
from ledger.events.orders import Criterion, Method
from ledger.policy.model import Resolved

CRITERIA: tuple[Criterion, ...] = ("time", "continuity")
METHODS: tuple[Method, ...] = ("order", "weights")
TERMS = ("award.criteria", "continuity.counts", "award.method", "award.weights")


@dataclass(frozen=True, slots=True)
class Announced:
    """The criteria in order, how they are balanced, and by weights the parts of each."""

    criteria: tuple[Criterion, ...]
    method: Method
    weights: Mapping[Criterion, int]

    @classmethod
    def of(cls, terms: Mapping[str, Resolved]) -> "Announced":
        """From resolved values; continuity is none where a region's overlay has switched it off.

        Refuses a word that no rule understands.
        """
        words, method = terms["award.criteria"], terms["award.method"]
        named = [understood(words, word, CRITERIA) for word in words.words]
        kept = tuple(c for c in named if c != "continuity" or terms["continuity.counts"].truth)
        weights = terms["award.weights"]
        parts = {understood(weights, word, CRITERIA): part for word, part in weights.table.items()}
        return cls(kept, understood(method, method.text, METHODS), parts)
