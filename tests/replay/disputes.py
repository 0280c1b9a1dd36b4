"""A small dispute: an order, two offers, an award, and a shift that is corrected after it."""

from datetime import timedelta

from ledger.events.awards import ContinuityValue, OrderAwarded, RankedOffer
from ledger.events.offers import OfferReceived
from ledger.events.orders import OrderPosition, OrderPublished
from ledger.values import MINUTE_US, local_instant
from tests.histories import AGREEMENT, START_ON, Story, made
from tests.samples import sample

DAY = timedelta(days=1)
SHIFTS = 12  # ten are enough for continuity by the book of the repository
PUBLISHED_ON = START_ON + 20 * DAY
PUBLISHED_AT = local_instant(PUBLISHED_ON, 9 * 60)
PLACE = {"region": "kalmar", "unit": "u-1", "operating_unit": "o-u-1", "lot": "nurses"}


def order(story: Story, positions: int = 1, **given: object) -> int:
    """An order at the unit where the consultant has worked."""
    wanted = tuple(
        OrderPosition(
            number=n, from_on=PUBLISHED_ON + 9 * DAY, until_on=PUBLISHED_ON + 99 * DAY, planned_shifts=40,
            article="a-1",
        )
        for n in range(1, positions + 1)
    )  # fmt: skip
    told = {
        "order": "o-9", "agreement": AGREEMENT, "positions": wanted, "policy_version": 1, "follows": None,
        "published_at": PUBLISHED_AT, "reference_at": PUBLISHED_AT,
        "answer_by": PUBLISHED_AT + 60 * MINUTE_US,
    }  # fmt: skip
    return story.tell(OrderPublished, **{**PLACE, **told, **given})


def offer(story: Story, name: str, consultant: str, position: int = 1) -> int:
    """An offer of a consultant for the whole position."""
    period = {"from_on": PUBLISHED_ON + 9 * DAY, "until_on": PUBLISHED_ON + 99 * DAY}
    return story.tell(
        OfferReceived, offer=name, order="o-9", supplier=f"s-{name}", consultant=consultant,
        position=position,
        missing=(), received_at=PUBLISHED_AT + MINUTE_US, counts_from_at=PUBLISHED_AT + MINUTE_US, **period,
    )  # fmt: skip


def award(story: Story, offers: dict[str, str], position: int = 1) -> int:
    """An award to the first of these offers (offer → consultant), ranked in their order."""
    ranking = tuple(
        made(
            RankedOffer, rank=rank, offer=name, supplier=f"s-{name}", consultant=consultant,
            continuity=sample(ContinuityValue),
        )
        for rank, (name, consultant) in enumerate(offers.items(), 1)
    )  # fmt: skip
    first = ranking[0]
    return story.tell(
        OrderAwarded, order="o-9", agreement=AGREEMENT, offer=first.offer, supplier=first.supplier,
        consultant=first.consultant, ranking=ranking, criteria=("continuity", "time"), award=1, terms=(),
        position=position, ranking_at_publication=(),
    )  # fmt: skip


def dispute() -> Story:
    """Twelve approved shifts, an order, offers f-1 of c-1 and f-2 of c-2, and the award to f-1."""
    story = Story().opened()
    story.contract("c-1", "a-1", region="kalmar")
    story.worked("c-1", "a-1", START_ON, SHIFTS)
    order(story)
    offer(story, "f-1", "c-1")
    offer(story, "f-2", "c-2")
    award(story, {"f-1": "c-1", "f-2": "c-2"})
    return story


def corrected(story: Story) -> list[int]:
    """Three of the shifts corrected after the award, which takes their approvals away."""
    found = []
    for n in range(3):
        shift = f"a-1-{START_ON:%y%m%d}-{n}"
        first = next(at for at, e in enumerate(story.events, 1) if getattr(e, "shift", "") == shift)
        found.append(story.corrected("c-1", "a-1", shift, START_ON + n * DAY, first))
    return found
