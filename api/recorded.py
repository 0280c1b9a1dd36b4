"""Refusals that are themselves events: each is explained under its own code, as every other no is."""

from collections.abc import Mapping
from dataclasses import replace

from api.problems import RECORDED, Problem
from ledger.decisions.base import DECISIONS
from ledger.errors import Refusal

_AWAY = ("submit-offer", "correct-offer")


def _recorded(code: str, sv: str, en: str, detail: str) -> Problem:
    return replace(RECORDED, code=code, kind=code, title_sv=sv, title_en=en, detail=detail)


TOLD: Mapping[Problem, tuple[str, ...]] = {
    _recorded(
        "offer-late", "Svaret kom för sent", "Offer too late",
        "The answer time had run out. The offer is kept as evidence and takes no part.",
    ): _AWAY,
    _recorded(
        "not-a-recipient", "Leverantören fick inte avropet", "Supplier was not sent the order",
        "The order went to the suppliers admitted for the region and lot, and this is none of them.",
    ): _AWAY,
    _recorded(
        "supplier-excluded", "Leverantören var utesluten från avropet", "Supplier excluded from the order",
        "The supplier was left out when the order was published; the clause says why.",
    ): _AWAY,
    _recorded(
        "confirmation-late", "Bekräftelsen kom för sent", "Confirmation too late",
        "The deadline had passed. What follows is decided by the unit; lateness of the channel is excused.",
    ): ("confirm-assignment",),
}  # fmt: skip
"""What an event alone has the words for, and the decisions that may answer so."""
_OWN = {problem.code: problem for problem in TOLD}


def recorded_kinds(decision: str) -> tuple[Problem, ...]:
    """The recorded refusals that a decision may answer with."""
    return tuple(problem for problem, decisions in TOLD.items() if decision in decisions)


def recorded_kind(code: str) -> Problem:
    """A recorded refusal by its code: in the event's own words, a rule's, or in general."""
    return _OWN.get(code) or next((_as_refused(one) for one in _declared() if one.code == code), RECORDED)


def _declared() -> list[type[Refusal]]:
    return [one for made in DECISIONS.values() for one in made.raises if issubclass(one, Refusal)]


def _as_refused(refusal: type[Refusal]) -> Problem:
    return _recorded(refusal.code, refusal.title_sv, refusal.title_en, RECORDED.detail)
