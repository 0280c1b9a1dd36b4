"""What is gathered at the story's end: the court asks about the contested award, and gets a package."""

from api.demo.story.chapter import MADE_UP, Tale, about, under
from api.demo.story.days import next_working
from api.demo.story.setup import owner

CASE = "c-1"
ASKED = ("continuity-at-award", "would-have-won", "came-first", "continuity-switched-off")


def gathering(tale: Tale) -> None:
    """At twenty to eight in the evening, after the last round."""
    told, day = tale.chapter("gathering", 19, 40), next_working(tale.last_round, 5)
    contested = next(ask for ask in tale.played if ask.day == tale.pace.broken_award_on)
    who = owner(contested.region)
    opened = under(
        case=CASE, region=contested.region.region, kind="judicial-review", registry_number="RS 2026-310",
        subject=f"Överprövning av en tilldelning ({MADE_UP})",
    )  # fmt: skip
    told.add(day, who, "open-evidence-case", opened)
    award = about(case=CASE, order=contested.order, why="Tilldelningen som överprövas")
    told.add(day, who, "add-evidence-award", award)
    for question in ASKED:
        asked = about(
            case=CASE, question=question, params=[{"name": "order", "value": contested.order}],
            why="Sökanden ifrågasätter rangordningen",
        )  # fmt: skip
        told.add(day, who, "add-evidence-question", asked)
    corrected = next(line.key for line in tale.script.lines if line.command == "correct-shift")
    records = about(
        case=CASE, positions={"$positions": [corrected]}, why="Rättelsen som kom efter tilldelningen"
    )
    told.add(day, who, "add-evidence-records", records)
    closed = about(case=CASE, outcome="Lämnat till domstolen")
    told.add(next_working(day), who, "close-evidence-case", closed)
