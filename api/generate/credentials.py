"""What consultants can show when they are registered, and the little that is found out about some later."""

from dataclasses import dataclass
from datetime import date, timedelta

from api.demo.story.credentials import CHECKER, FULL_TIME, LEAST_SHARE
from api.demo.story.days import next_working
from api.demo.story.world import DOCTORS, NOTE, PROFESSION
from api.generate.engine import Engine
from api.generate.ground import OAF, owner, portal
from api.generate.world import Region
from ledger.decisions.credentials import ChangeLicence, RecordExperience, RecordLicence
from ledger.decisions.credentials import RecordSpecialistCertificate as Certificate
from ledger.decisions.employments import RecordEmployment
from ledger.decisions.evidence_voiding import VoidEvidence
from ledger.decisions.placements import RecordEarlierPlacement, SettlePlacement
from ledger.decisions.reference_checks import CheckReference
from ledger.events.credentials import Proof
from ledger.values import local_date

EMPLOYED, WITHDRAWN, REFERRED, MISTAKEN, PLACED, SETTLED = 20, 3, 250, 20, 15, 5
"""Of a thousand consultants: employed by the region before, losing the licence, with references in the
ledger, one of them voided, placed by another company before, offered an employment; assumed."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Tells what is recorded of each consultant."""

    engine: Engine

    def registered(self, at: int, consultant: str, supplier: str, lot: str, region: Region) -> None:
        """At once: the licence, a doctor's certificate, service; now and then more."""
        day = local_date(at)
        self._shown(at, day, consultant, supplier, lot)
        if self.engine.chance(REFERRED):
            self._referred(at, day, consultant, supplier)
        if self.engine.chance(EMPLOYED):
            self._employed(at, day, consultant, region)
        if self.engine.chance(WITHDRAWN):
            self._withdrawn(day, consultant, lot)
        if self.engine.chance(PLACED):
            self._placed(at, day, consultant, supplier, region)

    def served(self, at: int, consultant: str, supplier: str, lot: str, period: tuple[date, date]) -> None:
        """Service in a half-open period, at between three quarters of full time and all of it."""
        from_on, until_on = period
        command = RecordExperience(
            consultant=consultant, profession=PROFESSION[lot], country="se", from_on=from_on,
            until_on=until_on, proof=_proof("service-certificate", until_on),
            share_ppm=min(FULL_TIME, LEAST_SHARE + 50_000 * self.engine.below(6)),
        )  # fmt: skip
        self.engine.tell(at, portal(supplier), f"{consultant}/service/{until_on}", command)

    def _shown(self, at: int, day: date, consultant: str, supplier: str, lot: str) -> None:
        who, profession, licensed = portal(supplier), PROFESSION[lot], self.engine.between(2003, 2015)
        told: list[RecordLicence | Certificate] = [
            RecordLicence(
                consultant=consultant, profession=profession, licensed_on=date(licensed, 6, 12),
                proof=_proof("hosp-extract", day - 20 * DAY),
            ),
        ]  # fmt: skip
        if lot == DOCTORS:
            certified = Certificate(
                consultant=consultant, profession=profession, speciality="specialist-doctor",
                certified_on=date(licensed + 5, 1, 20),
                proof=_proof("specialist-certificate", day - 20 * DAY),
            )  # fmt: skip
            told.append(certified)
        for command in told:
            self.engine.tell(at, who, f"{consultant}/{type(command).__name__}", command)
        self.served(at, consultant, supplier, lot, (date(day.year - 6, 1, 1), day.replace(day=1)))

    def _referred(self, at: int, day: date, consultant: str, supplier: str) -> None:
        """Two references; one of them may turn out to be somebody else's."""
        for role in ("head-of-unit", "medical-director"):
            command = CheckReference(
                consultant=consultant, taken_on=day - self.engine.between(5, 200) * DAY, taken_by=CHECKER,
                referee_role=role, result="recommends",
            )  # fmt: skip
            self.engine.tell(at, portal(supplier), f"{consultant}/reference/{role}", command)
        if self.engine.chance(MISTAKEN):
            void = VoidEvidence(
                consultant=consultant, voided=self.engine.head, reason="Referensen gällde en annan konsult"
            )
            key = f"{consultant}/void"
            self.engine.on(
                next_working(day), 600, lambda at: self.engine.attempt(at, portal(supplier), key, void)
            )

    def _employed(self, at: int, day: date, consultant: str, region: Region) -> None:
        """Employed by the region until some months before: within the twelve of the bar, or just outside."""
        command = RecordEmployment(
            consultant=consultant, employer=region.organisation_number, authority=region.authority,
            form="monthly", from_on=date(day.year - 4, 8, 1),
            until_on=day - self.engine.between(30, 500) * DAY, source=f"Tjänstgöringsintyg ({NOTE})",
        )  # fmt: skip
        self.engine.tell(at, owner(region), f"{consultant}/employment", command)

    def _withdrawn(self, day: date, consultant: str, lot: str) -> None:
        """Some months later the central management finds in HOSP that there is no licence any more.

        Who has left meanwhile is not looked up again.
        """
        on = next_working(day + self.engine.between(60, 240) * DAY)
        command = ChangeLicence(
            consultant=consultant, profession=PROFESSION[lot], state="withdrawn", from_on=on - 5 * DAY,
            proof=_proof("hosp-extract", on - DAY),
        )  # fmt: skip
        self.engine.on(
            on, 560, lambda at: self.engine.attempt(at, OAF, f"{consultant}/licence-withdrawn", command)
        )

    def _placed(self, at: int, day: date, consultant: str, supplier: str, region: Region) -> None:
        """At a site of the region before the ledger, through another company; some are offered to stay."""
        site = self.engine.one_of(region.units).site
        earlier = RecordEarlierPlacement(
            consultant=consultant, operating_unit=site, company="492000-9991", from_on=date(2023, 1, 9),
            until_on=date(2023, 12, 23), source=f"Uppdragsintyg av ett tidigare bolag ({NOTE})",
        )  # fmt: skip
        self.engine.tell(at, portal(supplier), f"{consultant}/placement", earlier)
        if self.engine.chance(SETTLED * 1000 // PLACED):
            settled = SettlePlacement(
                consultant=consultant, operating_unit=site, how="offer", on=day,
                registry_number=f"{region.region} {day.year}-140",
            )  # fmt: skip
            self.engine.tell(at, owner(region), f"{consultant}/settled", settled)


def _proof(document: str, on: date) -> Proof:
    return Proof(document=document, dated_on=on, checked_by=CHECKER, checked_on=on, reference=f"{NOTE} {on}")
