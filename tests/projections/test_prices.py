"""The price list and the estimate of an order."""

from dataclasses import replace
from datetime import date

from ledger.events.parties import CareUnitRegistered
from ledger.events.prices import ArticleChanged
from tests.histories import AGREEMENT, START_ON, Story
from tests.projections.asking import asked


def test_the_price_list_has_every_article_in_every_zone() -> None:
    story = Story().opened()
    reading = asked(story, "price-list", AGREEMENT, START_ON, lot="nurses").reading
    assert [(a.article, a.level, a.hour_ore) for a in reading.articles] == [
        ("ssk-1", 1, (46000, 48500, 52000)),
        ("ssk-grund", 1, (46000, 48500, 52000)),
        ("ssk-spec", 2, (52000, 55000, 59000)),
    ]
    assert reading.travel == (0, 75000, 160000)
    assert dict(reading.supplements) == {"evening": 5000, "night": 11000, "weekend": 8500, "holiday": 16500}
    assert (reading.index_ppm, reading.evidence) == (1_000_000, ())
    assert asked(story, "price-list", AGREEMENT, date(2025, 4, 1), lot="nurses").reading.articles[
        0
    ].hour_ore == (
        46966,
        49519,
        53092,
    )


def test_an_announced_article_is_listed_from_its_date() -> None:
    story = Story().opened()
    change = {"agreement": AGREEMENT, "lot": "nurses", "article": "ssk-1", "from_on": date(2025, 3, 1)}
    told = story.tell(ArticleChanged, **change, level=2)
    gone = story.tell(ArticleChanged, **{**change, "article": "ssk-grund"}, level=None)
    listed = asked(story, "price-list", AGREEMENT, date(2025, 3, 1), lot="nurses").reading
    assert [(a.article, a.level, a.announced) for a in listed.articles] == [
        ("ssk-1", 2, told),
        ("ssk-spec", 2, None),
    ]
    assert listed.evidence == (told,) != (gone,)
    before = asked(story, "price-list", AGREEMENT, date(2025, 2, 28), lot="nurses").reading
    assert [a.level for a in before.articles] == [1, 1, 2]


def test_an_estimate_is_of_planned_shifts_and_unknown_without_a_price() -> None:
    story = Story().opened()
    order = story.order("o-1", positions=2)
    reading = asked(story, "order-estimate", "o-1", START_ON).reading
    assert reading.estimated_ore is None
    assert [p.ore for p in reading.positions] == [None, None]
    assert reading.evidence == (order,)


def test_an_estimate_adds_its_positions() -> None:
    story = Story().opened()
    story.tell(CareUnitRegistered, unit="u-1", municipality="1490", zone=3)
    story.tell(ArticleChanged, agreement=AGREEMENT, lot="nurses", article="a-1", level=1, from_on=START_ON)
    story.order("o-1", positions=2)
    story.events[-1] = replace(story.events[-1], unit="u-1", lot="nurses")
    reading = asked(story, "order-estimate", "o-1", START_ON).reading
    assert [(p.zone, p.hour_ore, p.ore) for p in reading.positions] == [(2, 48500, 60 * 8 * 48500)] * 2
    assert reading.estimated_ore == 2 * 60 * 8 * 48500
    assert "estimate.shift-minutes" in {term.row.term for term in reading.terms}
