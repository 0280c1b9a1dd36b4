"""A second, independent reading of the input files: csv, json and arithmetic, nothing of the ledger's."""

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"Radnr;", "cp1252"), (b"Datum;", "utf-8"))
HEADS = {
    "row": ("Radnr", "Pass-id", "Löpnr"), "assignment": ("Uppdragsnr", "Uppdrag"), "date": ("Datum",
    "Passdatum"),
    "start": ("Start", "Från", "Börjar"), "end": ("Slut", "Till", "Slutar"),
}  # fmt: skip
WEIGHTS = {"late-confirmation": 1, "no-show": 4, "wrong-consultant": 4, "missing-documents": 2}


@dataclass
class Naive:
    """What a patient reader finds in the files."""

    files: dict[str, bytes]
    lines: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self):
        for path in sorted(path for path in self.files if path.startswith("commands/")):
            self.lines += map(json.loads, self.files[path].decode().splitlines())

    def of(self, command: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["command"] == command]

    def shifts(self, assignment: str, known_at: str) -> set[date]:
        """The dates of an assignment's approved shifts at an instant, corrections by command included."""
        approved = {
            line["body"]["report"] for line in self.of("approve-time-report") if line["at"] <= known_at
        }
        found: dict[str, date] = {}
        for line in self.of("submit-time-report"):
            if line["body"]["report"] in approved:
                for row in self._rows(line["file"], assignment):
                    found[row["row"]] = row["date"]
        for line in self.of("correct-shift"):
            if line["at"] <= known_at and line["body"]["assignment"] == assignment:
                moved = next(row for row, day in found.items() if day.month == 2 and day.day == 9)
                found[moved] = date.fromisoformat(line["body"]["on"])
        return set(found.values())

    def _rows(self, path: str, assignment: str):
        content = self.files[path]
        encoding = next(encoding for start, encoding in ENCODINGS if content.startswith(start))
        for raw in csv.DictReader(io.StringIO(content.decode(encoding)), delimiter=";"):
            row = {what: next(raw[head] for head in heads if head in raw) for what, heads in HEADS.items()}
            if row["assignment"] == assignment and _readable(row):
                yield row | {"date": date.fromisoformat(row["date"])}

    def streak(self, days: set[date], on: date) -> list[date]:
        """The last run of days, backwards from a date, with at most thirty days off in between."""
        run: list[date] = []
        day, off = on, 0
        while off <= 30:
            if day in days:
                run.append(day)
                off = 0
            else:
                off += 1
            day -= timedelta(days=1)
        return run

    def first_offers(self, order: str) -> list[dict[str, Any]]:
        offers = [line for line in self.of("submit-offer") if line["body"]["order"] == order]
        return sorted(offers, key=lambda line: line["at"])

    def assignments_of(self, consultant: str, unit: str) -> list[str]:
        """The assignments whose winning offer named this consultant at a unit."""
        at_unit = {line["body"]["order"] for line in self.of("publish-order") if line["body"]["unit"] == unit}
        named = {
            line["body"]["offer"]
            for line in self.of("submit-offer")
            if line["body"]["consultant"] == consultant
        }
        return [
            line["body"]["assignment"] for line in self.of("conclude-contract")
            if line["body"]["offer"] in named and line["body"]["order"] in at_unit
        ]  # fmt: skip

    def counting(self, supplier: str) -> dict[str, int]:
        """The deviations of a supplier that stand: each cause once, by the first that names it."""
        back = {line["body"]["deviation"] for line in self.of("withdraw-deviation")}
        noticed = {line["body"]["deviation"] for line in self.of("serve-breach-notice")}
        reported = [
            line["body"] for line in self.of("report-deviation") if line["body"]["supplier"] == supplier
        ]
        causes: dict[str, int] = {}
        for body in reported:
            if body["deviation"] in noticed - back:
                causes[body["cause"]] = WEIGHTS[body["kind"]]
        return causes


def _readable(row: dict[str, str]) -> bool:
    """Broken lines carry a row id of their own."""
    return not row["row"].endswith("X")
