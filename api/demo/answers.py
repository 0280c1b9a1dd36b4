"""The three questions, asked of the views over HTTP. What they answer is theirs; nothing here knows it."""

from dataclasses import dataclass
from typing import Any

from api.demo.door import Door
from api.demo.steps import Cast


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, the views' answers to it, and whether their evidence says what the question asks for."""

    name: str
    question_sv: str
    question_en: str
    asked: dict[str, Any]
    views: tuple[dict[str, Any], ...]
    found: dict[str, Any]
    evident: bool

    def document(self) -> dict[str, Any]:
        """The answer as JSON: what was found, the positions behind it, the assumptions, the tokens."""
        evidence = sorted({p for view in self.views for p in view["reading"]["evidence"]})
        return {
            "name": self.name,
            "question": {"sv": self.question_sv, "en": self.question_en},
            "asked": self.asked,
            "answer": self.found,
            "evidence": evidence,
            "assumed_terms": sorted({term for view in self.views for term in view["assumed_terms"]}),
            "tokens": [view["token"]["text"] for view in self.views],
        }


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
    query: dict[str, str | None] = {"agreement": cast.agreement, "place": cast.unit, "at": cast.continuity_on}
    then = door.view("continuity-streaks", cast.consultant, known_at=cast.contested_awarded_at, **query)
    now = door.view("continuity-streaks", cast.consultant, **query)
    known, today, changes = _streak(then), _streak(now), _changes(door, then, now)
    return Answered(
        "continuity-then-and-now",
        f"Vilken kontinuitet hade {cast.consultant} den {cast.continuity_on}, som det var känt då och nu?",
        f"What was {cast.consultant}'s continuity on {cast.continuity_on}, as known then and as known now?",
        {
            "view": "continuity-streaks",
            "key": cast.consultant,
            **query,
            "known_at": cast.contested_awarded_at,
        },
        (then, now),
        {"then": known, "now": today, "changed_by": changes},
        known["reached"] != today["reached"] and bool(changes),
    )


def _streak(view: dict[str, Any]) -> dict[str, Any]:
    place = view["reading"]["places"][0]
    streak = place["streak"] or {}
    shown = {name: streak.get(name) for name in ("first_on", "last_on", "days", "shifts", "minutes")}
    kept = {name: place[name] for name in ("measure", "amount", "threshold", "reached")}
    return {**kept, **shown, "facts": streak.get("facts", []), "position": view["token"]["position"]}


def _changes(door: Door, then: dict[str, Any], now: dict[str, Any]) -> list[dict[str, Any]]:
    """The events behind today's answer that were recorded after what was known then."""
    known = then["token"]["position"]
    newer = [position for position in now["reading"]["evidence"] if position > known]
    found = []
    for position in newer:
        event = door.event(position)
        kept = ("on", "replaces", "reason", "approves", "approved_by")
        facts = {name: value for name, value in event["facts"].items() if name in kept}
        found.append(
            {"position": position, "type": event["type"], "recorded_at": event["recorded_at"], **facts}
        )
    return found


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
