"""What a what-if has come to: how many decisions were made again, and what is otherwise."""

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from replay.whatif.consequence import Consequence

LISTED_MAX = 1_000
SLIGHT_MAX = 10_000
SLIGHT = frozenset({"grounds", "values"})


class Moved(Struct, frozen=True):
    """One fact of a reading at the end of the scope that is otherwise: before as recorded, after instead.

    ``unknown`` says that something it rests on cannot be known.
    """

    view: str
    key: str
    fact: str
    before: str
    after: str
    unknown: bool = False


class Cannot(Struct, frozen=True):
    """A decision that cannot be made again, since something it needs was masked or disposed of."""

    position: int
    why: str


class Resting(Struct, frozen=True):
    """A decision that comes out as recorded on what is known, but rests on what nobody can know.

    ``steps`` is how many decisions back the cause lies.
    """

    position: int
    rule: str
    steps: int


class Found(Struct):
    """Counts of decisions in scope: ``again`` were made again, the rest provably read nothing of the change.

    ``read`` read a changed value or fact, ``differ`` come out otherwise. ``unknown`` counts those that rest
    on what nobody can know, by how far off it is. ``cannot`` and ``resting`` list the first thousand;
    ``consequences`` all but decisions with other values or grounds only, which end after ten thousand.
    ``fallen`` are positions of events that cannot stand without what is thought away. ``counts`` are by rule
    and by what is otherwise, ``amounts`` sums in öre of what differs, by field.
    """

    decisions: int = 0
    again: int = 0
    read: int = 0
    position: int = 0
    cannot_count: int = 0
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    amounts: dict[str, tuple[int, int]] = field(default_factory=dict)
    consequences: list[Consequence] = field(default_factory=list)
    cannot: list[Cannot] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    fallen: list[int] = field(default_factory=list)
    unknown: dict[int, int] = field(default_factory=dict)
    resting: list[Resting] = field(default_factory=list)

    @property
    def differ(self) -> int:
        """How many come out otherwise, be it on other grounds only."""
        return sum(count for kinds in self.counts.values() for count in kinds.values())

    def adds(self, one: Consequence) -> None:
        """One more that comes out otherwise."""
        kinds = self.counts.setdefault(one.rule, {})
        kinds[one.what] = kinds.get(one.what, 0) + 1
        _add(self.amounts, one.amounts)
        if one.what not in SLIGHT or len(self.consequences) < SLIGHT_MAX:
            self.consequences.append(one)

    def rests(self, position: int, rule: str, steps: int) -> None:
        """One more that stands on what is known, but rests on the unknown."""
        self.unknown[steps] = self.unknown.get(steps, 0) + 1
        if len(self.resting) < LISTED_MAX:
            self.resting.append(Resting(position, rule, steps))

    def fails(self, position: int, why: str) -> None:
        """One more that cannot be made again."""
        self.cannot_count += 1
        if len(self.cannot) < LISTED_MAX:
            self.cannot.append(Cannot(position, why))


def together(shares: Iterable[Found]) -> Found:
    """The shares of several processes as one, in the order of positions."""
    whole = Found()
    for one in shares:
        whole.decisions += one.decisions
        whole.again += one.again
        whole.read += one.read
        whole.cannot_count += one.cannot_count
        whole.position = max(whole.position, one.position)
        whole.consequences += one.consequences
        whole.cannot += one.cannot
        _add(whole.amounts, one.amounts)
        for rule, kinds in one.counts.items():
            own = whole.counts.setdefault(rule, {})
            for what, count in kinds.items():
                own[what] = own.get(what, 0) + count
        whole.moved += one.moved
        whole.fallen += one.fallen
        whole.resting += one.resting
        for steps, count in one.unknown.items():
            whole.unknown[steps] = whole.unknown.get(steps, 0) + count
    whole.consequences.sort(key=lambda one: one.position)
    whole.cannot = sorted(whole.cannot, key=lambda one: one.position)[:LISTED_MAX]
    whole.fallen = sorted(set(whole.fallen))
    whole.moved.sort(key=lambda one: (one.view, one.key, one.fact))
    return whole


def _add(sums: dict[str, tuple[int, int]], more: Mapping[str, tuple[int, int]]) -> None:
    for name, (was, instead) in more.items():
        before = sums.get(name, (0, 0))
        sums[name] = before[0] + was, before[1] + instead
