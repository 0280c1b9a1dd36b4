"""A run of leaves and the hashes beside it lead to the root of the definitions, and to no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proof.growth import Growth
from ledger.proof.paths import subtree_hashes, subtree_heights
from tests.proof.naive import Kept, leaves_of, mth


@st.composite
def runs(draw):
    size = draw(st.integers(1, 1100))
    begin = draw(st.integers(0, size))
    return begin, draw(st.integers(begin, size)), size


def grown(leaves, begin, end):
    tiles = Kept(leaves)
    growth = Growth(begin, subtree_hashes((0, begin), tiles))
    for leaf in leaves[begin:end]:
        growth.add(leaf)
    return growth, subtree_hashes((end, len(leaves)), tiles)


@given(runs())
def test_any_run_leads_to_the_root(run):
    begin, end, size = run
    leaves = leaves_of(size)
    growth, after = grown(leaves, begin, end)
    assert growth.root() == mth(leaves[:end])
    growth.finish(size, after)
    assert (growth.size, growth.root()) == (size, mth(leaves))
    assert len(after) == len(subtree_heights((end, size))) <= 22


@given(runs().filter(lambda run: run[0] < run[1]), st.data())
def test_another_leaf_one_less_or_in_another_order_leads_elsewhere(run, data):
    begin, end, size = run
    leaves = leaves_of(size)
    at = data.draw(st.integers(begin, end - 1))
    growth, after = grown([*leaves[:at], leaves_of(1, salt=b"x")[0], *leaves[at + 1 :]], begin, end)
    assert growth.root() != mth(leaves[:end])
    _, honest = grown(leaves, begin, end)
    growth.finish(size, honest)
    assert growth.root() != mth(leaves)
    assert len(after) == len(honest)


def test_a_wrong_number_of_hashes_is_refused():
    leaves = leaves_of(7)
    with pytest.raises(ValueError, match="1 hashes of 32 bytes belong here, not 0"):
        Growth(4)
    with pytest.raises(ValueError, match="belong here"):
        Growth(1, [b"short"])
    growth, after = grown(leaves, 3, 5)
    with pytest.raises(ValueError, match="belong here"):
        growth.finish(7, [*after, after[0]])
    assert Growth().root() == mth([])
