"""What is administered beside the orders: counts and claims, firms, costs, overlays, cases, spot checks.

Each a few times in a history of any size: they are there to be found, and no share of anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from api.demo.story.days import SOURCE, next_working, non_working, working
from api.demo.story.market import BEACON
from api.demo.story.pensions import PAY_ORE, PREMIUM_ORE
from api.demo.story.script import Who
from api.demo.story.world import AGREEMENT, DOCTORS, LOTS, NOTE, NURSES
from api.generate.engine import Engine
from api.generate.ground import (
    OAF,
    SETUP,
    TOO_MANY,
    UNTIL,
    YEARS,
    Step,
    attester,
    command_of,
    orderer,
    owner,
    portal,
)  # fmt: skip
from api.generate.world import Region, World
from ledger.events.spot_checks import PensionSampleDrawn
from ledger.values import instant_text, plus_months

DAY = timedelta(days=1)
OFFICER = Who("visselblasning", "visselblasarfunktion", "m-visselblasning")
CLAIM = "claim"
REGION_COST_ORE = 60_000_000_000
"""What a region's whole staff costs a month for each of its weight: assumed, so that 2 to 3 % is hired."""


@dataclass(frozen=True, slots=True)
class Administration:
    """Has all of it told in its time."""

    engine: Engine
    world: World

    def lay(self) -> None:
        """Plan everything."""
        for n, (day, step) in enumerate(self._steps()):
            self.engine.on(working(day), 720 + n % 40, self._told(step))
        first = self.world.regions[0]
        self.engine.watched |= {CLAIM: 0, f"accession/{first.region}/{DOCTORS}": 0}
        self.engine.on(next_working(SETUP, 8), 800, lambda at: self._settled(at, first))
        for n, year in enumerate(YEARS[:-1]):
            self.engine.on(next_working(date(year, 9, 1), 3), 800, self._frozen(n, year))

    def _told(self, step: Step) -> Any:
        who, key, name, body = step
        return lambda at: self.engine.attempt(at, who, key, command_of(name, body))

    def _steps(self) -> Iterator[tuple[date, Step]]:
        first, other = self.world.regions[:2]
        yield from self._parties(first)
        yield from self._firms()
        yield from self._costs()
        yield from self._purchases(other)
        yield from self._overlays(first, other)
        yield from self._cases(first)
        yield from self._mandates(other)

    def _parties(self, region: Region) -> Iterator[tuple[date, Step]]:
        day = next_working(SETUP, 3)
        for lot, count in ((DOCTORS, 41), (NURSES, 54)):
            body = _under(lot=lot, suppliers=count, on="2023-12-06", source="S3")
            yield day, (OAF, f"count/{lot}", "record-supplier-count", body)
        place = {"region": region.region, "lot": DOCTORS}
        claim = _under(**place, from_on="2024-09-01", source="S2: stegvis fram till september")
        yield day, (owner(region), CLAIM, "claim-accession", claim)
        booked = _under(
            **place, booking="b-1", unit=region.units[0].unit, supplier="s-1", booked_on="2023-12-11",
            from_on="2024-01-08", until_on="2024-03-01", source=f"Bokningsbekräftelse ({NOTE})",
            old_terms=f"Regionens tidigare ramavtal ({NOTE})",
        )  # fmt: skip
        yield day, (owner(region), "booking", "record-earlier-booking", booked)
        body = _under(
            region=region.region, former=f"{region.region}-exempel", successor=region.authority,
            from_on="2024-01-01", cause="transfer", source=f"Fullmäktiges beslut ({NOTE})",
            registry_number="RS 2024-61",
        )  # fmt: skip
        yield next_working(SETUP, 6), (owner(region), "entity", "record-entity-succession", body)
        article = _under(
            lot=NURSES, article="ssk-op", level=2, title=f"Operationssjuksköterska ({NOTE})",
            from_on="2024-07-01", announced_to=["regions", "suppliers"],
        )  # fmt: skip
        yield next_working(SETUP, 4), (OAF, "article", "change-article", article)
        days = [day.isoformat() for day in non_working(TOO_MANY.year)]
        mended = _under(
            year=TOO_MANY.year, non_working=days, source=SOURCE, reason=f"{TOO_MANY} är en arbetsdag"
        )
        yield date(TOO_MANY.year, 1, 20), (OAF, "calendar/mended", "correct-calendar", mended)

    def _settled(self, at: int, region: Region) -> None:
        """Another date was claimed for an accession; the region's own decision governs."""
        body = _under(
            region=region.region, lot=DOCTORS, from_on=str(SETUP), decided_on=str(next_working(SETUP, 8)),
            relied_on=[self.engine.watched[f"accession/{region.region}/{DOCTORS}"]],
            disregarded=[self.engine.watched[CLAIM]], registry_number="RS 2024-50",
            reasons=f"Regionens eget beslut anger dagen ({NOTE})",
        )  # fmt: skip
        self.engine.attempt(at, OAF, "settled", command_of("settle-accession", body))

    def _firms(self) -> Iterator[tuple[date, Step]]:
        """Two suppliers rely on others; every supplier reports its turnover once a year."""
        firm = {"registry_number": "RS 2023-480", "from_on": "2023-01-01", "supplier": "s-2"}
        group = {"firm": f"Exempelkoncernen AB ({NOTE})", "organisation_number": "492000-9014"}
        helper = {"firm": f"Exempelvikarier AB ({NOTE})", "organisation_number": "492000-9022"}
        promise = {"capacity": "turnover-2", "purpose": "turnover", "evidence": "Åtagande i anbudet"}
        day = next_working(SETUP, 5)
        yield day, (OAF, "capacity", "rely-on-capacity", _under(**firm, **group, **promise))
        body = _under(**firm, **helper, kind="subcontractor")
        yield day, (OAF, "subcontractor", "register-subcontractor", body)
        ended = _under(
            supplier="s-2", capacity="turnover-2", from_on="2026-02-02", cause="firm-insolvent",
            source=f"Post- och Inrikes Tidningar ({NOTE})",
        )  # fmt: skip
        yield date(2026, 2, 3), (OAF, "capacity/ended", "end-capacity", ended)
        for year in YEARS:
            for n, supplier in enumerate(one for one in self.world.suppliers if not one.later):
                body = _under(
                    supplier=supplier.supplier, from_on=f"{year - 1}-01-01", until_on=f"{year}-01-01",
                    own_ore=(200 + n) * 100_000_000, relied_ore=0, evidence="Revisorsintyg",
                    source=f"Årsredovisning {year - 1} ({NOTE})",
                )  # fmt: skip
                key = f"turnover/{supplier.supplier}/{year}"
                yield date(year, 5, 15), (OAF, key, "report-turnover", body)

    def _costs(self) -> Iterator[tuple[date, Step]]:
        """What each region's whole staff cost, in the middle of the month after."""
        for year in YEARS:
            for month in range(1, 12):
                day = date(year, month + 1, 15)
                for region in self.world.regions:
                    body = _under(
                        region=region.region, month_on=f"{year}-{month:02}-01",
                        staff_cost_ore=REGION_COST_ORE * region.weight * (995 + month) // 1000,
                        source=f"Personalkostnad ({NOTE})", published_on=(day - 3 * DAY).isoformat(),
                    )  # fmt: skip
                    key = f"staff-cost/{region.region}/{year}-{month}"
                    yield day, (owner(region), key, "import-staff-cost", body)

    def _purchases(self, region: Region) -> Iterator[tuple[date, Step]]:
        """Twice a year a narrow speciality is bought outside the agreement, and said so."""
        for n, day in enumerate(date(year, month, 5) for year in YEARS for month in (3, 10)):
            body = _under(
                purchase=f"pu-{n + 1}", region=region.region, lot=DOCTORS, speciality="pathology",
                seller=f"Exempelpatologi AB ({NOTE})", booked_on=str(day - 10 * DAY), from_on=str(day),
                until_on=str(day + 26 * DAY), minutes=9_600, amount_ore=14_000_000,
                reason=f"Specialiteten ligger utanför delområdet ({NOTE})",
                registry_number=f"{region.region} {day.year}-310",
            )  # fmt: skip
            yield day, (owner(region), f"purchase/{n}", "report-purchase", body)

    def _overlays(self, *regions: Region) -> Iterator[tuple[date, Step]]:
        """Two regions publish values of their own during the time; suppliers hear of them a week later."""
        values = (
            ("continuity.threshold", 12, date(2025, 9, 1)),
            ("order.answer-minutes-min", 120, date(2026, 3, 2)),
        )
        for region, (term, value, day) in zip(regions, values, strict=True):
            named = {"region": region.region, "term": term, "valid_from": str(day + 30 * DAY)}
            body = _under(
                **named, value=value, permitted_by="UNKNOWN", source="assumption",
                assumed=f"Avvikelsen är {NOTE} / made up for the generated ledger: no document states it.",
                decided_on=str(day - DAY), decided_by=f"Nämnd ({NOTE})",
            )  # fmt: skip
            yield day, (owner(region), f"overlay/{term}", "publish-overlay", body)
            heard_on = working(day + 7 * DAY)
            heard = _under(
                **named, communicated_on=str(heard_on), communicated_to="suppliers",
                how=f"Regionens lägesrapport ({NOTE})",
            )  # fmt: skip
            yield heard_on, (owner(region), f"overlay/{term}/told", "communicate-policy", heard)

    def _cases(self, region: Region) -> Iterator[tuple[date, Step]]:
        """Three whistleblowing cases a year; nothing of what they say is here, or of who told it."""
        mandate = _under(
            mandate=OFFICER.mandate, holder=OFFICER.actor, role="whistleblowing-officer",
            from_on=str(SETUP), until_on=str(UNTIL), registry_number="RS 2023-990",
        )  # fmt: skip
        yield next_working(SETUP, 2), (OAF, "officer", "grant-mandate", mandate)
        begun = [date(year, month, 9) for year in YEARS for month in (2, 5, 8)]
        for n, day in enumerate(begun, 1):
            named = {"case": f"vb-{n}"}
            received = _under(**named, region=region.region, channel="vgr-kanal", reference=f"VB {n}")
            seen: dict[str, Any] = named | {
                "classification": "whistleblowing", "reasons": "Ett missförhållande av allmänintresse"
            }  # fmt: skip
            steps = (
                (1, "receive-whistleblowing", received),
                (3, "omit-acknowledgement", named | {"why": "would-reveal"})
                if n % 3 == 0 else (3, "acknowledge-whistleblowing", named),
                (5, "classify-whistleblowing", seen),
                (50, "give-whistleblowing-feedback", named),
                (70, "close-whistleblowing", named | {"outcome": "remedied"}),
                (90, "dispose-whistleblowing-data", named | {"registry_number": f"VB {n}-3"}),
            )  # fmt: skip
            for after, name, body in steps:
                yield next_working(day, after), (OFFICER, f"vb-{n}/{name}", name, body)

    def _mandates(self, region: Region) -> Iterator[tuple[date, Step]]:
        """A call-off function with its persons, split in 2026; a manager with an interest in a supplier."""
        mandate = _under(
            mandate="m-funktion", holder="avropsfunktion", role="authorised-orderer", region=region.region,
            lots=list(LOTS), held_as="function", members=["bestallare-1"], under=orderer(region).mandate,
            from_on=str(SETUP), until_on=str(UNTIL), registry_number="RS 2023-790",
        )  # fmt: skip
        day = next_working(SETUP, 3)
        named = {"mandate": "m-funktion", "members": ["bestallare-1", "bestallare-2"]}
        revoked = {"mandate": "m-funktion", "reason": "Funktionen har delats mellan två enheter"}
        yield day, (orderer(region), "function", "grant-mandate", mandate)
        yield next_working(day), (owner(region), "function/members", "name-members", named)
        yield date(2026, 4, 7), (owner(region), "function/revoked", "revoke-mandate", revoked)
        who = attester(region, region.units[0])
        interest = {
            "holder": who.actor, "supplier": "s-1", "kind": "family", "from_on": str(SETUP),
            "description": f"Närstående är konsultchef hos leverantören ({NOTE})",
        }  # fmt: skip
        yield day, (Who(who.client, who.actor), "interest", "declare-interest", interest)

    def _frozen(self, n: int, year: int) -> Any:
        """A pension spot check a year, of one supplier: whom a public value draws has to show it."""

        def freeze(at: int) -> None:
            check, supplier = f"sc-{n + 1}", f"s-{n % 2 + 1}"
            until_on = date(year, 9, 1)
            body = _under(
                spot_check=check, supplier=supplier, registry_number=f"RS {year}-310", beacon=BEACON,
                from_on=str(plus_months(until_on, -3)), until_on=str(until_on), round=5_000 + n,
            )  # fmt: skip
            if self.engine.attempt(at, OAF, f"{check}/freeze", command_of("freeze-pension-population", body)):
                self.engine.on(next_working(until_on, 5), 800, lambda at: self._drawn(at, check, supplier, n))

        return freeze

    def _drawn(self, at: int, check: str, supplier: str, n: int) -> None:
        body = {
            "spot_check": check, "beacon": BEACON, "round": 5_000 + n,
            "value": sha256(check.encode()).hexdigest(), "fixed_at": instant_text(at - 60_000_000),
        }  # fmt: skip
        told = self.engine.attempt(at, OAF, f"{check}/draw", command_of("draw-pension-sample", body))
        sample = next((one.sample for one in told if isinstance(one, PensionSampleDrawn)), ())
        for k, consultant in enumerate(sample):
            evidence = _evidence(check, consultant, 2024 + n, k)
            self.engine.attempt(
                at + (k + 1) * 3_600_000_000, portal(supplier), f"{check}/{consultant}", evidence
            )
        concluded = command_of(
            "conclude-pension-check", {"spot_check": check, "reasons": f"Intygen har gåtts igenom ({NOTE})"}
        )
        self.engine.at(
            at + 20 * 86_400_000_000,
            lambda at: self.engine.attempt(at, OAF, f"{check}/conclude", concluded),
        )


def _evidence(check: str, consultant: str, year: int, k: int) -> Any:
    """A statement that is enough, one that is not in every third, of a quarter's pay."""
    paid = PREMIUM_ORE // 2 if k % 3 == 2 else PREMIUM_ORE
    proof = {
        "document": "insurer-statement", "dated_on": f"{year}-09-02", "reference": f"{NOTE} {k + 1}",
        "checked_by": "leverantörens ekonomifunktion", "checked_on": f"{year}-09-03",
    }  # fmt: skip
    body = {
        "spot_check": check, "consultant": consultant, "kind": "statement", "year": year, "months": 3,
        "pay_ore": PAY_ORE, "paid_ore": paid, "proof": proof,
    }  # fmt: skip
    return command_of("record-pension-evidence", body)


def _under(**body: Any) -> dict[str, Any]:
    return {"agreement": AGREEMENT, **body}
