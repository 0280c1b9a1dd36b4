"""Rows of history that are gone or changed: what shows without reading more than an answer does."""

import psycopg
import pytest

from ledger.errors import Corrupt
from projections.base import VIEWS
from projections.history import POSITION_MAX, Era, Row
from projections.shelf_postgres import PostgresShelf
from projections.states import state_types
from tests.postgres import Database
from tests.projections.conftest import Place

NAME = ("orders", "o-1")
ROWS = (
    Row(*NAME, since=0, position=3, begins=True, state=None, steps=b'[[3,"a",{}]]'),
    Row(*NAME, since=0, position=5, begins=False, state=None, steps=b'[[5,"a",{}]]'),
    Row(*NAME, since=8, position=8, begins=False, state=b"{}", steps=None),
    Row(*NAME, since=8, position=9, begins=False, state=None, steps=b'[[9,"a",{}]]'),
)


def without(database: Database, position: int) -> PostgresShelf:
    """A shelf that holds the rows but one, which somebody has deleted."""
    place = Place(database)
    shelf = place.shelf()
    assert isinstance(shelf, PostgresShelf)
    with shelf.building() as building:
        building.keep(ROWS)
        building.switch(12)
    with psycopg.connect(database.admin_url) as connection:
        deleted = connection.execute("DELETE FROM projections.history WHERE position = %s", (position,))
        assert deleted.rowcount == 1
    place.log.close()
    return shelf


@pytest.mark.parametrize(("position", "upto"), [(3, 6), (8, 10), (8, 20)])
def test_an_era_that_has_lost_its_first_row_is_not_answered_from(
    database: Database, position: int, upto: int
) -> None:
    shelf = without(database, position)
    try:
        with pytest.raises(Corrupt, match=r"has lost the row that begins at"):
            shelf.read([NAME], upto)
    finally:
        shelf.close()


def test_what_is_lost_elsewhere_does_not_hinder_other_eras(database: Database) -> None:
    shelf = without(database, 3)
    try:
        assert shelf.read([NAME], 20).eras[NAME] == Era(8, b"{}", (b'[[9,"a",{}]]',))
    finally:
        shelf.close()


def test_the_digest_of_a_view_is_not_made_from_an_era_without_its_snapshot(database: Database) -> None:
    shelf = without(database, 8)
    try:
        with shelf.every("orders", 20) as (_, eras), pytest.raises(Corrupt):
            list(eras)
    finally:
        shelf.close()


@pytest.mark.parametrize(
    "era",
    [
        Era(0, None, (b'[[3,"no-such-event.v1",{}]]',)),
        Era(0, None, (b'[[3,"no-such',)),
        Era(8, b'{"no', ()),
    ],
)
def test_what_cannot_be_read_is_said_to_be_corrupt(era: Era) -> None:
    (of, *_) = state_types([VIEWS["supplier-standing"]]).values()
    with pytest.raises(Corrupt, match="cannot be read"):
        of.state(era, POSITION_MAX)
