"""The three questions, asked over HTTP. What is answered is the door's; nothing here knows it."""

from dataclasses import dataclass
from typing import Any

from api.demo.door import Door
from api.demo.steps import Cast
from replay.questions.base import QUESTIONS


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, what the door told, and whether the evidence says what the question asks for."""

    name: str
    question_sv: str
    question_en: str
    asked: dict[str, Any]
    told: tuple[dict[str, Any], ...]
    found: dict[str, Any]
    evident: bool

    def document(self) -> dict[str, Any]:
        """The answer as JSON: what was found, the positions behind it, the assumptions, the tokens."""
        evidence = sorted({p for told in self.told for p in evidence_of(told)})
        return {
            "name": self.name,
            "question": {"sv": self.question_sv, "en": self.question_en},
            "asked": self.asked,
            "answer": self.found,
            "evidence": evidence,
            "assumed_terms": sorted({term for told in self.told for term in assumed_of(told)}),
            "tokens": [told["token"]["text"] for told in self.told],
        }


def evidence_of(told: dict[str, Any]) -> list[int]:
    """The positions behind the answer of a question or a view."""
    found: list[int] = told["evidence"] if "evidence" in told else told["reading"]["evidence"]
    return found


def assumed_of(told: dict[str, Any]) -> list[str]:
    """The terms nobody published, of a question or a view."""
    if "assumptions" in told:
        return [one["term"] for one in told["assumptions"] if one["term"]]
    assumed: list[str] = told["assumed_terms"]
    return assumed


def answers(door: Door, cast: Cast) -> tuple[Answered, ...]:
    """All three."""
    return _why_won(door, cast), _continuity(door, cast), _rung(door, cast)


def side_stories(door: Door, cast: Cast) -> dict[str, Any]:
    """Two order boards that the account tells of: the missed deadline, and the supplier left out."""
    return {
        "missed": door.view("order-board", cast.missed_order)["reading"],
        "excluded": door.view("order-board", cast.excluded_order)["reading"],
    }


def _why_won(door: Door, cast: Cast) -> Answered:
    view = door.view("order-board", cast.contested_order)
    award = view["reading"]["positions"][0]["awards"][0]
    return Answered(
        "why-this-offer",
        f"Varför vann det här avropssvaret på {cast.contested_order}?",
        f"Why did this offer win {cast.contested_order}?",
        {"view": "order-board", "key": cast.contested_order},
        (view,),
        {name: award[name] for name in ("offer", "supplier", "consultant", "criteria", "ranking", "terms")},
        len(award["ranking"]) > 1,
    )


def _continuity(door: Door, cast: Cast) -> Answered:
    name, sent = "continuity-at-award", {"order": cast.contested_order}
    told = door.ask(f"/v1/questions/{name}", **sent)
    values = told["values"]
    found = {
        "then": {**values["then"], "position": values["awarded"]},
        "now": {**values["now"], "position": told["token"]["position"]},
        "changed_by": [_change(door, position) for position in values["changed_by"]],
    }
    evident = values["then"]["counts"] != values["now"]["counts"] and bool(found["changed_by"])
    asked = QUESTIONS[name]
    return Answered(
        name, asked.title_sv, asked.title_en, {"question": name, **sent}, (told,), found, evident=evident
    )


def _change(door: Door, position: int) -> dict[str, Any]:
    """An event behind today's answer that was recorded after the award."""
    event = door.event(position)
    kept = ("on", "replaces", "reason", "approves", "approved_by")
    facts = {name: value for name, value in event["facts"].items() if name in kept}
    return {"position": position, "type": event["type"], "recorded_at": event["recorded_at"], **facts}


def _rung(door: Door, cast: Cast) -> Answered:
    query: dict[str, str | None] = {
        "agreement": cast.agreement,
        "lot": cast.lot,
        "region": cast.region,
        "at": cast.ladder_on,
    }
    view = door.view("escalation-ladder", cast.supplier, **query)
    ladder = view["reading"]["ladder"]
    region: dict[str, Any] = next(iter(ladder["regions"]), {})
    found = {
        "indicated": region.get("indicated"),
        "decided": region.get("decided"),
        "points_ppm": region.get("points_ppm"),
        "counting": [_named(door, one) for one in ladder["counting"]],
        "not_counting": [_named(door, one) for one in ladder["not_counting"]],
        "measures": view["reading"]["measures"],
        "next_lapse_on": ladder["next_lapse_on"],
    }
    return Answered(
        "which-deviations",
        f"Vilka avvikelser satte {cast.supplier} på det här trappsteget den {cast.ladder_on}?",
        f"Which deviations put {cast.supplier} on this rung on {cast.ladder_on}?",
        {"view": "escalation-ladder", "key": cast.supplier, **query},
        (view,),
        found,
        bool(found["counting"]) and bool(found["not_counting"]) and found["decided"] != "none",
    )


def _named(door: Door, judged: dict[str, Any]) -> dict[str, Any]:
    """A deviation as the ladder judges it, with the kind that its report names."""
    report = door.event(judged["positions"][0])["facts"]
    return {**judged, **{name: report[name] for name in ("kind", "severity", "cause", "occurred_on")}}
