"""The statutory clocks of a whistleblowing case; neither what was reported nor who did is in the ledger."""

from dataclasses import dataclass
from datetime import date

from ledger.decisions.base import Asking
from ledger.facts.policies import policies
from ledger.facts.whistleblowing import LIMITS, Case, Clocks, Limits, cases, clocks_at
from ledger.policy.model import Library, Resolved
from ledger.values import AgreementId
from projections.base import Terms, UnknownKeyError, evidence_of, view
from projections.shapes import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockParams:
    """The agreement whose policy holds the statutory limits."""

    agreement: AgreementId


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What the reading rests on."""

    case: str
    state: Case
    library: Library
    params: ClockParams


@dataclass(frozen=True, slots=True)
class WhistleblowingClocks:
    """The clocks of one case. ``kept`` is whether none was missed or kept too late."""

    case: str
    clocks: Clocks
    kept: bool
    classification: str
    evidence: tuple[int, ...]
    terms: tuple[Resolved, ...]


def asks(case: str, _at: date, params: ClockParams) -> Asking[ClockFacts]:
    """The case, and the policy of the agreement."""
    asked = yield {"state": cases(case), "library": policies(params.agreement)}
    if asked["state"].received is None:
        raise UnknownKeyError(f"no case {case} was received")
    return ClockFacts(case, asked["state"], asked["library"], params)


@view(
    "whistleblowing-clocks",
    titles=("Visselblåsningens tidsfrister", "Whistleblowing clocks"),
    kind=cases,
    shape=plain(Case),
    params=ClockParams,
    asks=asks,
)
def read(facts: ClockFacts, at: date) -> WhistleblowingClocks:
    """Whether a case's statutory clocks are kept, and what is due next."""
    terms = Terms.of(facts.library, facts.params.agreement)
    clocks = clocks_at(facts.state, at, Limits(*(terms.resolve(term, at).number for term in LIMITS)))
    classified = facts.state.classified
    return WhistleblowingClocks(
        case=facts.case,
        clocks=clocks,
        kept=clocks.kept,
        classification=classified.event.classification if classified else "unclassified",
        evidence=evidence_of(facts.state.positions()),
        terms=terms.all(),
    )
