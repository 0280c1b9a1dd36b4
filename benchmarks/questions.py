"""How long each question of a dispute takes on the demonstration's ledger, in ms.

``python -m benchmarks.questions`` after ``make demo``; the questions are those of ``liggare ask --list``.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table

import replay.questions  # noqa: F401  registers every question
from api.ask import answered
from api.demo.examples import cast_of_inputs, parameters
from api.opening import opened
from api.parts import Parts
from api.place import place_of
from api.settings import Settings
from ledger.errors import LedgerError
from ledger.store.canonical import encoded
from replay.questions.base import Question, by_number

ROUNDS = 7
MS_MAX = 200


def main() -> int:
    """Ask every question several times and print the table; 1 when one has no answer or takes too long."""
    cast = cast_of_inputs()
    if cast is None:
        raise LedgerError("the demonstration's inputs are not here")
    shown = Table("nr", "question", "first ms", "median ms", "bytes", box=None)
    slow = False
    with _demonstration() as parts:
        for question in by_number():
            sent = parameters(question, cast)
            try:
                took, size = _timed(parts, question, sent)
            except LedgerError as error:
                shown.add_row(str(question.number), question.name, f"no answer: {error}", "", "")
                slow = True
                continue
            median = statistics.median(took)
            slow = slow or median >= MS_MAX
            shown.add_row(str(question.number), question.name, f"{took[0]:.1f}", f"{median:.1f}", f"{size:,}")
    Console().print(shown)
    return int(slow)


def _timed(parts: Parts, question: Question, sent: dict[str, str]) -> tuple[list[float], int]:
    """How long each round took (ms), from the parameters as text to the bytes of the answer."""
    took: list[float] = []
    body = b""
    for _ in range(ROUNDS):
        began = time.perf_counter()
        body = encoded(answered(parts.timeline, question, sent))
        took.append((time.perf_counter() - began) * 1000)
    return took, len(body)


@contextmanager
def _demonstration() -> Iterator[Parts]:
    settings = Settings.from_environment()
    with place_of(settings, make=False) as place, opened(place, settings, follow=False) as parts:
        yield parts


if __name__ == "__main__":
    sys.exit(main())
