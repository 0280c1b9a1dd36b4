"""A misspelt name is answered with the nearest one; a strange one with all, if they are few."""

import pytest

from api.cli.ask import _named
from api.cli.nearest import LISTED_MAX, no_such
from api.cli.program import StopError
from api.cli.replay import views_named


def test_the_nearest_names_come_first_and_alone():
    said = no_such("view", "orderboard", ["order-board", "order-estimate", "credentials"])
    assert said.startswith("there is no view orderboard; menade du / did you mean: order-board")
    assert "credentials" not in said


def test_where_none_is_near_all_are_listed_if_they_are_few():
    assert no_such("view", "xyz", ["b", "a"]) == "there is no view xyz; there are: a, b"
    assert no_such("event", "xyz", map(str, range(LISTED_MAX + 1))) == "there is no event xyz"


def told(call):
    with pytest.raises(StopError) as stopped:
        call()
    return str(stopped.value)


def test_views_and_questions_are_suggested():
    assert "did you mean: order-board" in told(lambda: views_named(["order-bord"]))
    assert "did you mean: continuity-at-award" in told(lambda: _named("continuity-at-avard"))


def test_options_are_not_alike_for_their_dashes():
    options = ["--agreement", "--at", "--from-on", "--known-at"]
    assert no_such("option", "--lot", options) == f"there is no option --lot; there are: {', '.join(options)}"
    assert no_such("option", "--from", options).endswith("menade du / did you mean: --from-on?")
