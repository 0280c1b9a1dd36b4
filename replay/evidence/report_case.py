"""A case: what it is about, what was gathered in it and why, and its questions with their answers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from replay.evidence.bag import Files
from replay.evidence.report_award import Content, Records
from replay.evidence.report_format import local, stretches
from replay.evidence.report_proof import checkpoint
from replay.evidence.report_reading import Facts, Shown
from replay.evidence.report_texts import Words
from replay.questions.base import QUESTIONS

_GATHERED = ("evidence-question-added", "evidence-award-added", "evidence-records-added")


@dataclass(frozen=True, slots=True)
class Case:
    """What a package is of: its records, awards, and, of a case, where it was opened, asked and answered.

    ``files`` are the answers by the position of their question; ``opened_at`` is None of an award's package.
    """

    records: Records
    awards: list[Facts]
    withheld: list[Facts]
    opened_at: int | None
    asked: list[int]
    files: dict[int, Facts]
    point: Facts

    @classmethod
    def of(cls, payload: Files, records: Records) -> "Case":
        """Read from the package's files."""
        told = json.loads(payload["case.json"])
        names = ((at, f"answers/{at}.json") for at in told["asked"])
        files = {at: json.loads(payload[name]) for at, name in names if name in payload}
        return cls(
            records, told["awards"], told["withheld"], told["case"], told["asked"], files, checkpoint(payload)
        )

    def shown_awards(self) -> list[Shown]:
        """The awards whose facts are shown."""
        found = (self.records[one["award"]] for one in self.awards)
        return [one for one in found if one.facts is not None]

    def answered(self) -> list[Facts]:
        """The answers that are shown, in the order they were asked."""
        return [file["answer"] for _, file in sorted(self.files.items()) if "answer" in file]

    def opened(self) -> Facts | None:
        """What the case was opened with, where it is shown."""
        one = self.records.get(self.opened_at or 0)
        return one.facts if one else None


def case_lead(case: Case, say: Words) -> list[str]:
    """What the case is, and what was gathered in it."""
    opened = case.opened()
    counts = {"answers": len(case.answered()), "questions": len(case.asked), "awards": len(case.awards)}
    if opened is None:
        return [say("title-case"), say("lead-case-hidden", **counts)]
    kind = say(f"kind-{opened['kind']}")
    return [
        say("subtitle-case", case=opened["case"], kind=kind),
        opened["subject"],
        say("lead-case", **counts),
    ]


def case_facts(case: Case, say: Words) -> list[list[str]]:
    """Label and value of the case."""
    opened = case.opened()
    if opened is None:
        return []
    pin = opened["known_at"] or (case.opened_at or 1) - 1
    found = [
        ["case", opened["case"]],
        ["case-kind", say(f"kind-{opened['kind']}")],
        ["registry", opened["registry_number"]],
        ["agreement", opened["agreement"]],
        ["opened", local(opened["opened_at"])],
        ["pin", say("pin-says", position=min(pin, (case.opened_at or 1) - 1), on=opened["valid_on"])],
    ]
    closed = (one.facts for one in case.records.values() if one.type == "evidence-case-closed" and one.facts)
    found += [
        ["closed", say("closed-says", at=local(one["closed_at"]), outcome=one["outcome"])]
        for one in closed
        if one["case"] == opened["case"]
    ]
    return [[say(key), value] for key, value in found]


def gathered(case: Case, say: Words) -> list[Content]:
    """What was put in the case, each with the reason."""
    own = (case.opened() or {}).get("case")
    return [
        {"position": str(at), "what": _put(one.type, one.facts, say), "why": one.facts["why"]}
        for at, one in case.records.items()
        if one.type in _GATHERED and one.facts and one.facts["case"] == own
    ]


def _put(kind: str, facts: Facts, say: Words) -> str:
    if kind == "evidence-question-added":
        return say("put-question", question=facts["question"])
    if kind == "evidence-award-added":
        return say("put-award", order=facts["order"], number=facts["position"])
    return say("put-records", positions=stretches(facts["positions"]))


def answers(case: Case, say: Words) -> list[Content]:
    """Each question with its answer, or why it has none here."""
    return list(_answers(case, say))


def _answers(case: Case, say: Words) -> Iterator[Content]:
    for at in case.asked:
        put, file = case.records[at].facts if at in case.records else None, case.files.get(at)
        name = (file or put or {}).get("question", "")
        told: dict[str, Any] = (file or {}).get("answer") or {}
        yield {
            "position": str(at),
            "question": name,
            "title": _title(name, say),
            "says": told["sentence"][say.language] if told else _without(file, say),
            "rows": _behind(file or {}, put, told, say),
        }


def _behind(file: Facts, put: Facts | None, told: Facts, say: Words) -> list[list[str]]:
    """Label and value of what was asked with, what the answer takes for granted, and what it rests on."""
    found = [
        ["answer-params", _params(file, put)],
        ["answer-token", file.get("token", "")],
        ["answer-assumes", " ".join(one[say.language] for one in told.get("assumptions", ()))],
        ["answer-cites", stretches(told.get("evidence", ()))],
    ]
    return [[say(key), value] for key, value in found if value]


def _title(name: str, say: Words) -> str:
    question = QUESTIONS.get(name)
    return getattr(question, f"title_{say.language}") if question else name or say("not-shown")


def _params(file: Facts, put: Facts | None) -> str:
    """The parameters as they were asked with."""
    told = file.get("params") or {one["name"]: one["value"] for one in (put or {}).get("params", ())}
    return ", ".join(f"{name} {value}" for name, value in sorted(told.items()) if value is not None)


def _without(file: Facts | None, say: Words) -> str:
    return say("answer-hidden") if file is None else say("answer-none", reason=file["unanswerable"])
