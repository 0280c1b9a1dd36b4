"""What `liggare view --all` shows of a population: each part's own figures, and none cut off unseen."""

from dataclasses import make_dataclass
from datetime import date
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from api.cli.population import shown
from api.cli.replay import views_named
from projections.board_shown import AwardShown, OrderBoard, PositionShown
from projections.hired_staff_share import HiredStaffShare
from projections.price_list import ArticleListed, PriceList
from projections.supplier_invoices import AssignmentTotals, SupplierInvoices
from replay.population import Population
from replay.timeline import Answer
from replay.token import NO_POLICY, Token

TOKEN = Token(1, date(2026, 7, 6), NO_POLICY, "0" * 12)


def lines(name: str, *told: tuple[str, Any], width: int = 80) -> list[list[str]]:
    """The words of each line under the headings, and of nothing else."""
    (view,) = views_named([name])
    answers = tuple(
        Answer(name, key, None, reading, TOKEN, simulated=True, assumed=()) for key, reading in told
    )
    table, *_ = shown(view, Population(name, TOKEN, simulated=True, told=answers))
    out = StringIO()
    Console(file=out, width=width).print(table)
    rows = [line.split() for line in out.getvalue().splitlines()]
    return rows[next(n for n, row in enumerate(rows) if row and row[0] == view.kind.prefix) + 1 :]


def of(kind: type, **said: Any) -> Any:
    """A reading, or a part of one, of which only this is shown."""
    assert set(said) <= set(kind.__annotations__)
    return make_dataclass(kind.__name__, said)(**said)


def share(region: str, ore: int) -> tuple[str, HiredStaffShare]:
    return region, of(
        HiredStaffShare,
        hired_ore=ore,
        waiting_ore=ore,
        staff_cost_ore=ore,
        share_ppm=31_000,
        within_target=False,
    )


def board(order: str, unit: str, *awards: str) -> tuple[str, OrderBoard]:
    suppliers = tuple(of(AwardShown, supplier=one) for one in awards)
    first = of(PositionShown, status="concluded", awards=suppliers)
    second = of(PositionShown, status="open", awards=())
    return order, of(
        OrderBoard,
        status="published",
        region="vastra-gotaland",
        unit=unit,
        lot="doctors",
        positions=(first, second),
    )


def test_the_prices_of_an_article_stand_beside_it_and_not_beside_the_next() -> None:
    told = of(
        PriceList,
        lot="nurses",
        articles=(
            ArticleListed("ssk-1", 1, (46966, 49519, 53092), None),
            ArticleListed("ssk-op", 2, (53092, 56155, None), None),
        ),
    )
    assert lines("price-list", ("hyr-2024", told)) == [
        ["hyr-2024", "nurses", "ssk-1", "46966,", "49519,", "53092"],
        ["ssk-op", "53092,", "56155,", "–"],
    ]


def test_a_mismatch_stands_beside_its_assignment_in_words() -> None:
    def totals(assignment: str, *mismatches: tuple[str, int]) -> AssignmentTotals:
        return of(AssignmentTotals, assignment=assignment, mismatches=mismatches)

    told = of(
        SupplierInvoices,
        standing_ore=5,
        assignments=(totals("a-1"), totals("a-2", ("article-wrong", 1), ("hours-exceed", 2))),
    )
    assert lines("supplier-invoices", ("s-1", told)) == [
        ["s-1", "5", "a-1"],
        ["a-2", "article-wrong", "1,", "hours-exceed", "2"],
    ]


def test_a_position_awarded_twice_takes_two_lines_and_the_next_position_its_own() -> None:
    assert lines("order-board", board("o-1", "u-1", "s-1", "s-2"), width=100) == [
        ["o-1", "published", "vastra-gotaland", "u-1", "doctors", "concluded", "s-1"],
        ["s-2"],
        ["open"],
    ]


@pytest.mark.parametrize("width", [100, 80, 66])
def test_a_key_and_an_amount_are_never_folded_or_cut_where_they_fit(width: int) -> None:
    (row,) = lines("hired-staff-share", share("stockholm", 123_456_789), width=width)
    assert row == ["stockholm", "123456789", "123456789", "123456789", "31000", "nej", "/", "no"]


@pytest.mark.parametrize("width", [60, 45, 30])
def test_an_amount_that_does_not_fit_says_that_it_is_cut(width: int) -> None:
    rows = lines("hired-staff-share", share("jamtland-harjedalen", 90_610_056_123), width=width)
    for word in (word for row in rows for word in row):
        assert word in {"90610056123", "31000", "jamtland-harjedalen", "nej", "/", "no"} or word.endswith("…")


@pytest.mark.parametrize("width", [100, 80, 72])
def test_a_narrow_terminal_loses_nothing_of_keys_and_names(width: int) -> None:
    told = [board(f"o-{n:04}", "u-jamtland-harjedalen-12", "s-epsilon") for n in range(3)]
    rows = lines("order-board", *told, width=width)
    assert [row[0] for row in rows if row[0].startswith("o-")] == ["o-0000", "o-0001", "o-0002"]
    everything = "".join("".join(row) for row in rows)
    assert sorted(everything) == sorted(
        "".join(
            f"{key}publishedvastra-gotalandu-jamtland-harjedalen-12doctorsconcludeds-epsilonopen"
            for key, _ in told
        )
    )
