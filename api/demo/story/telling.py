"""Tells the whole story: month by month, what happens in the order in which it happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.demo.steps import Cast
from api.demo.story.chapter import Tale
from api.demo.story.chapters import CHAPTERS
from api.demo.story.days import next_working, working
from api.demo.story.demand import Demand
from api.demo.story.dice import Dice
from api.demo.story.ladder import climb
from api.demo.story.market import Ask, Market
from api.demo.story.pace import Pace
from api.demo.story.people import Consultant, consultants
from api.demo.story.questions import questions
from api.demo.story.ranking import Approved
from api.demo.story.reporting import report
from api.demo.story.reports import Reports
from api.demo.story.roster import Assignment, minute_of, shifts_of
from api.demo.story.script import Line, Moment, Script
from api.demo.story.setup import attester, begin, later, portal
from api.demo.story.standing import parties
from api.demo.story.world import AGREEMENT, DELTA
from ledger.decisions.shift_times import shift_id

SEED = "avropsliggaren 2024"
CANCELLED_EVERY = 45
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Story:
    """Everything told: the lines in order, the files by path, and who the questions are about."""

    lines: tuple[Line, ...]
    files: dict[str, bytes]
    cast: Cast


@dataclass(slots=True)
class Telling:
    """One telling. The parts share what has happened so far."""

    pace: Pace
    dice: Dice
    script: Script
    people: Sequence[Consultant]
    market: Market
    demand: Demand
    reports: Reports
    played: list[Ask]

    @classmethod
    def of(cls, months: int, seed: str = SEED) -> "Telling":
        """The beginning of a story of so many months."""
        pace, dice, script, approved = Pace(months), Dice(seed), Script(), Approved()
        people = consultants(dice)
        begin(script, people)
        parties(script)
        return cls(
            pace, dice, script, people, Market(dice, script, approved),
            Demand(dice, pace, people), Reports(dice, script, approved), [],
        )  # fmt: skip

    def tell(self) -> Story:
        """All of it."""
        for month in self.pace.months:
            self.reports.send(month)
            self.reports.approve(month)
            later(self.script, month)
            for day in month.rounds:
                self._round(day)
        self.reports.send(self.pace.tail)
        self.reports.approve(self.pace.tail)
        self._correct()
        climb(self.script, self.pace, self._held(self._scene(DELTA, "")), self._scene(DELTA, "missed").order)
        report(self.script, self.pace)
        self._chapters()
        return Story(tuple(self.script.in_order()), self.reports.files, self._cast())

    def _chapters(self) -> None:
        """What the chapters add to it, each at a time of day of its own."""
        for chapter in CHAPTERS:
            chapter(self._tale())

    def _tale(self) -> Tale:
        return Tale(self.pace, self.dice, self.script, self.people, self.market, self.reports, self.played)

    def _round(self, day: date) -> None:
        for ask in self.demand.of(day):
            self.played.append(ask)
            held = self.market.play(ask)
            if held is not None:
                held = self.market.assignments[-1] = self._cancelled(held, ask.number)
                self.demand.engaged(held)
                self.reports.worked(held)

    def _cancelled(self, held: Assignment, number: int) -> Assignment:
        """Now and then a supplier cancels an assignment that has begun."""
        if number % CANCELLED_EVERY != 7 or held.days or held.consultant.supplier == DELTA:
            return held
        day, from_on = working(held.from_on + 7 * DAY), held.from_on + 14 * DAY
        body = {
            "assignment": held.assignment, "by": "supplier", "from_on": str(from_on),
            "cause": "Konsulten har blivit långvarigt sjuk",
        }  # fmt: skip
        key, who = f"{held.assignment}/cancel", portal(held.consultant.supplier)
        moment = Moment(day, 15, 30, number % 60)
        self.script.add(moment, f"9-cancel-{number}", who, key, "cancel-assignment", body)
        changed = {name: getattr(held, name) for name in Assignment.__dataclass_fields__} | {
            "ended_on": from_on
        }
        return Assignment(**changed)

    def _correct(self) -> None:
        """Months later it turns out that the bridging shift was worked on another day."""
        held = next(one for one in self.market.assignments if one.days)
        shift = next(s for s in shifts_of(self.dice, held) if s.on == self.pace.bridge)
        name = shift_id(held.assignment, shift.row)
        who, day = attester(held.region, held.unit.unit), self.pace.corrected_on
        body = {
            "assignment": held.assignment, "shift": name, "on": str(self.pace.bridge_moved_to),
            "start_minute": minute_of(shift.start), "end_minute": minute_of(shift.end),
            "break_minutes": shift.break_minutes, "reason": "Fel datum: schemat visar den 20 februari",
        }  # fmt: skip
        self.script.add(Moment(day, 15), "9-correct", who, f"{name}/correct", "correct-shift", body)
        approve = {"assignment": held.assignment, "shifts": [name]}
        self.script.add(
            Moment(day, 15, 5), "9-correct-approve", who, f"{name}/approve", "approve-shifts", approve
        )

    def _scene(self, supplier: str, twist: str) -> Ask:
        """The order of a scene, by the supplier offered first."""
        days = self.pace.ladder_rounds
        return next(
            ask for ask in self.played
            if ask.day in days and ask.offers[0].supplier == supplier and ask.twist == twist and ask.number
        )  # fmt: skip

    def _held(self, ask: Ask) -> Assignment:
        return next(held for held in self.market.assignments if held.order == ask.order)

    def _cast(self) -> Cast:
        contested = next(ask for ask in self.played if ask.day == self.pace.broken_award_on)
        broken = next(one for one in self.market.assignments if one.days)
        excluded = next(ask for ask in self.played if ask.twist == "excluded")
        return Cast(
            agreement=AGREEMENT, contested_order=contested.order,
            contested_awarded_at=self._at(f"{contested.order}/award/1"),
            consultant=broken.consultant.consultant,
            unit=broken.unit.unit, continuity_on=str(contested.day), supplier=DELTA, lot=broken.lot,
            region=broken.region.region, ladder_on=str(next_working(self.pace.quarantine_decided_on)),
            missed_order=self._scene(DELTA, "missed").order, excluded_order=excluded.order,
            questions=questions(contested.order, self._tale()),
        )  # fmt: skip

    def _at(self, key: str) -> str:
        return str(next(line for line in self.script.lines if line.key == key).as_json()["at"])


def tell(months: int) -> Story:
    """The story of so many months."""
    return Telling.of(months).tell()
