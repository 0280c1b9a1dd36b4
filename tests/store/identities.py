"""Synthetic identity numbers: dates of the 1890s, which nobody alive has, with serials from 980."""

from datetime import date

from hypothesis import strategies as st

from ledger.store.personnummer import luhn

FIFTIES = date(1950, 1, 1)  # written then, ten digits of the 1890s need no plus


def synthetic(born: date = date(1890, 1, 1), serial: int = 980, *, coordination: bool = False) -> str:
    """Twelve digits with a right check digit."""
    day = born.day + 60 * coordination
    stem = f"{born.year:04}{born.month:02}{day:02}{serial:03}"
    return stem + str(luhn(stem[2:]))


def numbers() -> st.SearchStrategy[str]:
    """Any synthetic number, coordination numbers among them."""
    return st.builds(
        synthetic,
        st.dates(date(1890, 1, 1), date(1899, 12, 31)),
        st.integers(980, 999),
        coordination=st.booleans(),
    )
