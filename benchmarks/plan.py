"""How much is measured: a full run, a quick one, or a tiny one that only shows that everything works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """The sizes of one run.

    Args:
        events: how many events every store holds before anything is measured.
        callers: how many callers append at once, one measurement each.
        seconds: how long one measurement lasts, after ``warm_seconds`` that do not count.
        rounds: how often everything is measured, sides taking turns; medians count.
        processes: how many processes the last append measurement spreads its 16 callers over.
        decision_callers: how many callers decide at once.
        history: events behind each decision.
        regions: how many keys each of them decides about in turn.
        replayed: domain events that our projections are replayed over.
        replayed_slowly: the first of them, which the library's runner is given.
        queries: how often the query for one type of a busy tag is asked.
    """

    events: int = 200_000
    callers: tuple[int, ...] = (1, 16, 64, 256)
    seconds: float = 1.5
    warm_seconds: float = 0.5
    rounds: int = 5
    processes: int = 4
    process_callers: int = 16
    decision_callers: int = 16
    history: int = 5
    regions: int = 128
    replayed: int = 60_000
    replayed_slowly: int = 4_000
    queries: int = 200


FULL = Plan()
QUICK = Plan(
    events=20_000, seconds=0.5, warm_seconds=0.2, rounds=1, replayed=20_000, replayed_slowly=1_000, queries=50
)
TINY = Plan(
    events=600, callers=(1, 4), seconds=0.2, warm_seconds=0.05, rounds=1, processes=2, process_callers=2,
    decision_callers=2, history=3, regions=4, replayed=400, replayed_slowly=100, queries=5,
)  # fmt: skip
