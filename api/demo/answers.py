"""Three questions with all their evidence, asked over HTTP: what is answered is the door's."""

from dataclasses import dataclass
from typing import Any

from api.demo.door import Door
from api.demo.steps import Cast
from api.demo.wording import resolved_terms
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
    told = _told(door, "would-have-won", order=cast.contested_order)
    values = told["values"]
    found = {
        "offer": values["awarded"],
        "supplier": values["awarded_to"],
        **{name: values[name] for name in ("criteria", "ranking", "outcomes", "damage")},
        "terms": resolved_terms(told),
    }
    return _answered(told, found, evident=len(values["ranking"]) > 1)


def _continuity(door: Door, cast: Cast) -> Answered:
    told = _told(door, "continuity-at-award", order=cast.contested_order)
    values = told["values"]
    found = {
        "then": {**values["then"], "position": values["awarded"]},
        "now": {**values["now"], "position": told["token"]["position"]},
        "changed_by": [_change(door, position) for position in values["changed_by"]],
    }
    changed = values["then"]["counts"] != values["now"]["counts"] and bool(found["changed_by"])
    return _answered(told, found, evident=changed)


def _told(door: Door, name: str, **sent: str) -> dict[str, Any]:
    return door.ask(f"/v1/questions/{name}", **sent)


def _answered(told: dict[str, Any], found: dict[str, Any], *views: dict[str, Any], evident: bool) -> Answered:
    """A question's answer, with what was found in it and in views beside it."""
    asked = QUESTIONS[told["question"]]
    sent = {"question": asked.name, **told["params"]}
    return Answered(asked.name, asked.title_sv, asked.title_en, sent, (told, *views), found, evident)


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
    told = _told(door, "measure-grounds", measure=found["measures"][0]["measure"])
    counted = {one["deviation"] for one in found["counting"]}
    same = counted == {one["deviation"] for one in told["values"]["grounds"]}
    decided = found["decided"] != "none"
    return _answered(told, found, view, evident=same and decided and bool(found["not_counting"]))


def _named(door: Door, judged: dict[str, Any]) -> dict[str, Any]:
    """A deviation as the ladder judges it, with the kind that its report names."""
    report = door.event(judged["positions"][0])["facts"]
    return {**judged, **{name: report[name] for name in ("kind", "severity", "cause", "occurred_on")}}
