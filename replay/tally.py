"""What a re-performance has come to so far: counts by rule, and what was found, as one JSON document."""

from collections.abc import Iterable

from msgspec import Struct, field

from replay.again import Verdict

FINDINGS_MAX = 1_000


class Count(Struct):
    """Decisions of one rule and version: the same, different, and those that cannot be made again.

    ``spent_ns`` is the processor time they took together, in nanoseconds.
    """

    same: int = 0
    different: int = 0
    cannot: int = 0
    spent_ns: int = 0

    @property
    def decisions(self) -> int:
        """All of them."""
        return self.same + self.different + self.cannot

    def add(self, other: "Count") -> None:
        """Count others too."""
        self.same += other.same
        self.different += other.different
        self.cannot += other.cannot
        self.spent_ns += other.spent_ns


class Tally(Struct):
    """``position`` is where it is complete to; findings beyond the first thousand are counted only.

    ``refusals`` are recorded refusals among the decisions; ``zones`` the versions of the time-zone data that
    they were made with.
    """

    position: int = 0
    events: int = 0
    refusals: int = 0
    rules: dict[str, Count] = field(default_factory=dict)
    findings: list[Verdict] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)

    def add(self, verdict: Verdict, events: int, spent_ns: int, *, refused: bool, zone: str | None) -> None:
        """Count one decision made again."""
        count = self.rules.setdefault(verdict.rule, Count())
        count.spent_ns += spent_ns
        self.events += events
        self.refusals += refused
        if verdict.same:
            count.same += 1
        elif verdict.cannot:
            count.cannot += 1
        else:
            count.different += 1
        if not verdict.same and len(self.findings) < FINDINGS_MAX:
            self.findings.append(verdict)
        if zone is not None and zone not in self.zones:
            self.zones.append(zone)

    def total(self) -> Count:
        """The counts of all rules together."""
        whole = Count()
        for count in self.rules.values():
            whole.add(count)
        return whole


def merged(tallies: Iterable[Tally]) -> Tally:
    """Several shares as one: complete to where the slowest is."""
    found = list(tallies)
    whole = Tally(min((one.position for one in found), default=0))
    for one in found:
        whole.events += one.events
        whole.refusals += one.refusals
        whole.zones = sorted({*whole.zones, *one.zones})
        for rule, count in one.rules.items():
            whole.rules.setdefault(rule, Count()).add(count)
    findings = sorted((f for one in found for f in one.findings), key=lambda f: f.position)
    whole.findings = findings[:FINDINGS_MAX]
    return whole
