"""The questions' parameters on the demonstration's ledger: whom and what its story is about."""

import msgspec

from api.demo.steps import INPUTS, Cast
from replay.questions.base import Question


def cast_of_inputs() -> Cast | None:
    """The cast of the committed story, or None where its inputs are not installed."""
    file = INPUTS / "questions.json"
    return msgspec.json.decode(file.read_bytes(), type=Cast) if file.exists() else None


def parameters(question: Question, cast: Cast) -> dict[str, str]:
    """A question's example, about this story's order, people and places.

    The story may name the parameters of a question itself; otherwise those of the example are filled from
    the cast by their name, and the others stay.
    """
    if question.name in cast.questions:
        return dict(cast.questions[question.name])
    known = {
        "agreement": cast.agreement, "order": cast.contested_order, "consultant": cast.consultant,
        "unit": cast.unit, "supplier": cast.supplier, "lot": cast.lot, "region": cast.region,
    }  # fmt: skip
    return {name: known.get(name, value) for name, value in question.example.items()}
