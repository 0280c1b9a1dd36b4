"""The announced criteria of award: time and continuity, in the policy's order or by its weights (S3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.decisions.continuity import understood
from ledger.events.orders import Criterion, Method
from ledger.policy.model import Resolved
from ledger.policy.remembered import remembered

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
        return _read(tuple([terms[name] for name in TERMS]))


@remembered
def _read(values: tuple[Resolved, ...]) -> Announced:
    words, counts, method, weights = values
    named = [understood(words, word, CRITERIA) for word in words.words]
    kept = tuple(c for c in named if c != "continuity" or counts.truth)
    parts = {understood(weights, word, CRITERIA): part for word, part in weights.table.items()}
    return Announced(kept, understood(method, method.text, METHODS), parts)
