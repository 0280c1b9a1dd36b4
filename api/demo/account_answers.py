"""Three long answers as tables: what was found, the positions behind it, the policy values, the tokens."""

from collections.abc import Callable, Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from api.demo.answers import Answered
from api.demo.wording import (
    NO,
    YES,
    beside,
    day,
    heading,
    instant,
    positions,
    resolved_terms,
    table,
    terms_table,
    token_lines,
    two,
)
from api.demo.words import KINDS, RUNGS, WHY_NOT
from replay.questions.base import QUESTIONS

Shown = str | Table
Cell = Callable[[dict[str, Any]], str]
PPM = 1_000_000


def answer_shown(answered: Answered) -> Iterator[Shown]:
    """A question under its number among the twenty, and everything that answers it."""
    number = QUESTIONS[answered.name].number
    yield heading(f"Fråga {number}", f"Question {number}")
    yield _question(answered)
    yield from {"would-have-won": _won, "continuity-at-award": _streaks, "measure-grounds": _ladder}[
        answered.name
    ](answered)
    yield token_lines(answered.told)


def _question(answered: Answered) -> Table:
    made = Table(box=None, show_header=False, pad_edge=False)
    made.add_column()
    made.add_row(Text(answered.question_sv, "bold"))
    made.add_row(Text(answered.question_en, "dim"))
    return made


def _won(answered: Answered) -> Iterator[Shown]:
    found = answered.found
    made = table(
        two("Plats", "Rank"), two("Avropssvar", "Offer"), two("Kontinuitet", "Continuity"),
        two("Räknas från", "Counts from"), two("Fakta", "Facts"), right=(0,), whole=(1, 2, 3),
    )  # fmt: skip
    for offer in found["ranking"]:
        made.add_row(*_ranked(offer))
    yield made
    order = " → ".join({"continuity": "kontinuitet", "time": "tid"}[one] for one in found["criteria"])
    english = " → ".join(found["criteria"])
    first = _earliest(found["ranking"])
    yield _sentence(
        f"{found['offer']} vann: kriterierna prövas i ordningen {order}. Först i tid var {first}.",
        f"{found['offer']} won: the criteria are tried in the order {english}. First in time was {first}.",
    )
    yield from _said(answered)
    yield terms_table(found["terms"])


def _said(answered: Answered) -> Iterator[Shown]:
    """The sentence of the question itself."""
    sentence = answered.told[0]["sentence"]
    yield _sentence(sentence["sv"], sentence["en"])


def _earliest(ranking: list[dict[str, Any]]) -> str:
    """The offer that counts from the earliest instant, whatever its rank."""
    ranked = [offer for offer in ranking if offer["rank"]]
    return str(min(ranked, key=lambda offer: offer["time"]["counts_from_at"])["offer"])


def _ranked(offer: dict[str, Any]) -> tuple[Text | str, ...]:
    name = Text.assemble(
        (offer["offer"], "bold" if offer["rank"] == 1 else ""), "\n", (offer["consultant"], "dim")
    )
    if not offer["rank"]:
        why = Text.assemble((offer["excluded_code"], "red"), "\n", (offer["excluded_detail"], "dim"))
        return "–", name, why, "", positions(offer["facts"])
    streak = offer["continuity"]
    facts = Text(positions(offer["facts"]))
    if streak is None:
        return str(offer["rank"]), name, "–", instant(offer["time"]["counts_from_at"]), facts
    amount = f" {streak['amount']} av/of {streak['threshold']} {streak['measure']}"
    span = f"\n  {day(streak['first_on'])} – {day(streak['last_on'])}" if streak["first_on"] else ""
    continuity = Text.assemble(YES if streak["counts"] else NO, amount, (span, "dim"))
    facts.append("\n" + positions(streak["facts"], 1), "dim")
    return str(offer["rank"]), name, continuity, instant(offer["time"]["counts_from_at"]), facts


def _streaks(answered: Answered) -> Iterator[Shown]:
    then, now = answered.found["then"], answered.found["now"]
    made = table("", two("Som känt då", "As known then"), two("Som känt nu", "As known now"))
    rows: tuple[tuple[str, str, Cell], ...] = (
        ("liggarens läge", "position", lambda s: f"p{s['position']}"),
        ("obruten följd", "unbroken streak", lambda s: f"{day(s['first_on'])} – {day(s['last_on'])}"),
        ("pass i följden", "shifts in it", lambda s: f"{s['amount']} av/of {s['threshold']} {s['measure']}"),
        ("fakta", "facts", lambda s: positions(s["facts"], 3)),
    )
    for swedish, english, cell in rows:
        made.add_row(beside(swedish, english), cell(then), cell(now))
    made.add_row(beside("kontinuitet", "continuity"), *(YES if s["counts"] else NO for s in (then, now)))
    yield made
    yield from _said(answered)
    yield from _changes(answered.found["changed_by"])
    yield terms_table(resolved_terms(answered.told[0]))


def _changes(changes: list[dict[str, Any]]) -> Iterator[Shown]:
    yield _sentence(
        "De skiljer sig, för efteråt antecknades:", "They differ, because this was recorded afterwards:"
    )
    made = table(
        two("Läge", "Position"),
        two("Antecknat", "Recorded"),
        two("Händelse", "Event"),
        two("Innehåll", "Content"),
    )
    for change in changes:
        replaced = f"p{change['replaces']} → {change['on']}" if "replaces" in change else ""
        approved = f"attesterar/approves p{change['approves']}" if "approves" in change else ""
        content = Text.assemble(
            replaced or approved, (f"\n{change['reason']}" if change.get("reason") else "", "dim")
        )
        made.add_row(f"p{change['position']}", instant(change["recorded_at"]), change["type"], content)
    yield made


def _ladder(answered: Answered) -> Iterator[Shown]:
    found = answered.found
    made = table(
        two("Avvikelse", "Deviation"), two("Vad", "What"), two("Hände", "Occurred"), two("Reklamerad",
        "Noticed"),
        two("Vikt", "Weight"), two("Räknas", "Counts"), two("Fakta", "Facts"), right=(4,), whole=(1, 2, 3, 5),
    )  # fmt: skip
    seen: set[str] = set()
    for one in found["counting"]:
        again = one["cause"] in seen
        seen.add(one["cause"])
        counts = Text("samma orsak\nsame cause", "dim") if again else YES
        weight = "" if again else str(one["weight_ppm"] // PPM)
        made.add_row(*_deviation(one, day(one["noticed_on"]), weight, counts))
    for one in found["not_counting"]:
        why = Text.assemble((WHY_NOT.get(one["why"], one["why"]), "red"), "\n", (one["why"], "dim"))
        made.add_row(*_deviation(one, "–", "", why))
    yield made
    yield _rungs(found)
    yield from _said(answered)
    yield terms_table(resolved_terms(answered.told[0]))


def _deviation(one: dict[str, Any], noticed: str, weight: str, counts: Text) -> tuple[Text | str, ...]:
    what = Text.assemble(KINDS.get(one["kind"], one["kind"]), "\n", (one["kind"], "dim"))
    return (
        one["deviation"], what, day(one.get("occurred_on")), noticed, weight, counts,
        positions(one["positions"], 2)
    )  # fmt: skip


def _rungs(found: dict[str, Any]) -> Table:
    made = table(two("Trappsteg", "Rung"), "", two("Grund", "Basis"))
    points = found["points_ppm"] // PPM
    made.add_row(
        beside("indikerat", "indicated"), _rung(found["indicated"]),
        two(
            f"{points} poäng i fönstret; nästa faller bort {day(found['next_lapse_on'])}",
            f"{points} points in the window; the next lapses on {day(found['next_lapse_on'])}",
        ),
    )  # fmt: skip
    for measure in found["measures"]:
        basis = Text(f"{measure['measure']}: {positions(measure['positions'])}")
        basis.append(f"\nåberopar/relies on {positions(measure['relied_on'], 4)}", "dim")
        basis.append(f"\nbortser från/disregards {positions(measure['disregarded'])}", "dim")
        basis.append(
            f"\ndelgivet/served {instant(measure['served_at'])}, till/until {day(measure['ends_on'])}", "dim"
        )
        made.add_row(beside("beslutat", "decided"), _rung(measure["rung"]), basis)
    return made


def _rung(name: str) -> Text:
    return Text.assemble((RUNGS.get(name, name), "bold"), "\n", (name, "dim"))


def _sentence(swedish: str, english: str) -> Table:
    made = Table(box=None, show_header=False, pad_edge=False)
    made.add_column()
    made.add_row(two(swedish, english))
    return made
