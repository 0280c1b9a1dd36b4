"""Question 15: were the whistleblowing clocks kept, what was recorded after the report, and what may be seen?

Nothing in the ledger can be changed, only added to; so what came after the report is what to look at. Who
reported is in no event of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from ledger.events.base import event_type
from ledger.events.whistleblowing import WhistleblowingReceived
from ledger.facts.ladder import Ladder, ladder
from ledger.facts.policies import policies
from ledger.facts.recorded import Recorded
from ledger.facts.supplier_contracts import TakenBack, taken_back
from ledger.facts.whistleblowing import LIMITS, Case, Clocks, Limits, cases, clocks_at
from ledger.policy.model import Library
from ledger.values import CaseId, Instant, SupplierId, local_date
from projections.base import Terms, UnknownKeyError, evidence_of
from replay.questions.base import Answer, Asking, Recording, Recordings, Sentence, question
from replay.questions.words import number

What = Literal[
    "deviation-reported", "deviation-withdrawn", "measure-decided", "award-lapsed", "assignment-cancelled"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseParams:
    """A case, and the supplier whose treatment after the report is asked about, if any."""

    case: CaseId
    supplier: SupplierId | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Something recorded after the report; ``about_before`` is whether it concerns what came before it."""

    position: int
    what: What
    named: str
    recorded_at: Instant | None
    about_before: bool


@dataclass(frozen=True, slots=True)
class Visible:
    """What anybody may see of one record of the case: place, times and hashes, and these groups' content."""

    position: int
    shown: tuple[str, ...]
    masked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """The clocks of a case; what was recorded after it about a supplier; what may be seen of it."""

    case: CaseId
    received_at: Instant
    classification: str
    clocks: Clocks
    kept: bool
    supplier: SupplierId | None
    later: tuple[Later, ...]
    visible: tuple[Visible, ...]


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The case, the policy, the supplier's ladder, what was taken back from it, and how all was recorded."""

    params: CaseParams
    case: Case
    received: Recorded[WhistleblowingReceived]
    library: Library
    ladder: Ladder
    taken: tuple[TakenBack, ...]
    recordings: dict[int, Recording]


def asks(params: CaseParams, _on: date) -> Asking[CaseFacts]:
    """The case and its agreement's policy, and everything about the supplier asked about."""
    case: Case = yield cases(params.case)
    if case.received is None:
        raise UnknownKeyError(f"no case {params.case} was received")
    library = yield policies(case.received.event.agreement)
    held, taken, recordings = Ladder(), (), {}
    if params.supplier is not None:
        held = yield ladder(params.supplier)
        taken = yield taken_back(params.supplier)
        recordings = yield Recordings.of(position for _, position, *_ in _steps(held, taken))
    return CaseFacts(params, case, case.received, library, held, taken, recordings)


@question(
    "whistleblowing-case",
    number=15,
    titles=(
        "Hölls visselblåsningens frister, ändrades något efter rapporten, och vad får en journalist se?",
        "Were the whistleblowing clocks kept, was history altered after it, and what may a journalist see?",
    ),
    params=CaseParams,
    values=CaseAnswer,
    asks=asks,
    example={"case": "vb-1"},
)
def answer(facts: CaseFacts, on: date) -> Answer:
    """The statutory clocks of a case, what came after the report, and what its records show to anybody."""
    received, classified = facts.received, facts.case.classified
    terms = Terms.of(facts.library, received.event.agreement)
    clocks = clocks_at(facts.case, on, Limits(*(terms.resolve(name, on).number for name in LIMITS)))
    later = tuple(sorted(_later(facts), key=lambda one: one.position))
    values = CaseAnswer(
        case=facts.params.case,
        received_at=received.event.received_at,
        classification=classified.event.classification if classified else "unclassified",
        clocks=clocks,
        kept=clocks.kept,
        supplier=facts.params.supplier,
        later=later,
        visible=tuple(map(_visible, _records(facts.case))),
    )
    evidence = evidence_of(facts.case.positions(), (one.position for one in later))
    return Answer(_sentence(values), values, evidence, terms.all(), (_IDENTITY,))


_IDENTITY = Sentence(
    "Vem som rapporterade finns inte i liggaren; innehållet är sekretessbelagt tills någon beslutar annat.",
    "Who reported is not in the ledger; the contents are secret until somebody decides otherwise.",
)


def _steps(held: Ladder, taken: tuple[TakenBack, ...]) -> Iterator[tuple[What, int, str, date]]:
    """What was done about a supplier, as (what, position, id, the local date it concerns)."""
    for name, deviation in held.deviations.items():
        if deviation.reported is not None:
            on = deviation.reported.event.occurred_on
            yield "deviation-reported", deviation.reported.position, name, on
            if deviation.withdrawn is not None:
                yield "deviation-withdrawn", deviation.withdrawn.position, name, on
    for name, measure in held.measures.items():
        on = local_date(measure.decided.event.communicated_at)
        yield "measure-decided", measure.decided.position, name, on
    for one in taken:
        yield one.what, one.position, one.named, one.on


def _later(facts: CaseFacts) -> Iterator[Later]:
    """What was recorded after the report came in."""
    reported_on = local_date(facts.received.event.received_at)
    for what, position, named, on in _steps(facts.ladder, facts.taken):
        recording = facts.recordings.get(position)
        after = position > facts.received.position
        if recording is not None:
            after = recording.recorded_at > facts.received.event.received_at
        if after:
            recorded_at = recording.recorded_at if recording else None
            yield Later(position, what, named, recorded_at, about_before=on < reported_on)


def _records(case: Case) -> Iterator[Recorded[Any]]:
    steps = (
        case.received, case.acknowledged, case.omitted, case.classified, case.feedback, case.closed,
        case.disposed,
    )  # fmt: skip
    return (step for step in steps if step is not None)


def _visible(record: Recorded[Any]) -> Visible:
    groups = event_type(record.event).groups
    shown = tuple(group.name for group in groups if group.secrecy == "open")
    return Visible(record.position, shown, tuple(group.name for group in groups if group.name not in shown))


def _sentence(values: CaseAnswer) -> Sentence:
    before = sum(one.about_before for one in values.later)
    kept_sv, kept_en = ("hölls", "were kept") if values.kept else ("hölls inte", "were not kept")
    later, who = len(values.later), values.supplier
    after_sv, after_en = number(later, "händelse", "händelser"), number(later, "event", "events")
    about_sv = f"; {after_sv} om {who} kom efter rapporten, varav {before} om tiden före den"
    about_en = f"; {after_en} about {who} came after it, {before} of them about the time before"
    told = values.supplier is not None
    return Sentence(
        f"Fristerna i {values.case} {kept_sv}{about_sv if told else ''}; av ärendet syns plats, tid och "
        "kontrollsummor, inget innehåll.",
        f"The clocks of {values.case} {kept_en}{about_en if told else ''}; of the case its place, times and "
        "hashes are seen, no content.",
    )
