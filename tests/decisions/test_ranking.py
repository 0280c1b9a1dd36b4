"""The ranking's steps against a naive second model."""

from itertools import pairwise

from hypothesis import given as given_any
from hypothesis import strategies as st

from ledger.decisions.ranking import Candidate, by_time, groups_of, placed
from ledger.events.awards import ContinuityValue
from ledger.facts.draws import draw_key

SECOND = 1_000_000


def continuity(*, counts):
    return ContinuityValue(
        counts=counts, measure="shifts", amount=0, threshold=1, first_on=None, last_on=None, days=0, shifts=0,
        minutes=0, unapproved_shifts=0, facts=(),
    )  # fmt: skip


def candidate(n, at, *, counts=False):
    return Candidate(f"f-{n}", f"s-{n}", f"k-{n}", at, continuity(counts=counts), (n,))


candidates = st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=8).map(
    lambda drawn: [candidate(n, at * SECOND // 2, counts=c) for n, (at, c) in enumerate(drawn)]
)
orders_of_criteria = st.sampled_from([("time",), ("continuity", "time"), ("time", "continuity")])


def naive_first(everyone, criteria, tolerance):
    """The offers that share the first place: filter, criterion by criterion."""
    left = list(everyone)
    for criterion in criteria:
        if criterion == "continuity":
            left = [c for c in left if c.continues] or left
        else:
            first = min(c.counts_from_at for c in left)
            left = [c for c in left if c.counts_from_at - first <= tolerance]
    return {c.offer for c in left}


@given_any(candidates, orders_of_criteria)
def test_the_first_group_is_what_filtering_leaves(everyone, criteria):
    groups = groups_of(everyone, criteria, SECOND)
    assert {c.offer for c in groups[0]} == naive_first(everyone, criteria, SECOND)


@given_any(candidates, st.sampled_from([("time",), ("continuity",), ("continuity", "time")]))
def test_where_time_is_last_peeling_off_the_first_group_gives_the_others(everyone, criteria):
    expected, left = [], list(everyone)
    while left:
        expected.append(naive_first(left, criteria, SECOND))
        left = [c for c in left if c.offer not in expected[-1]]
    assert [{c.offer for c in g} for g in groups_of(everyone, criteria, SECOND)] == expected


@given_any(candidates)
def test_where_time_is_first_continuity_parts_each_tie_group(everyone):
    found = [{c.offer for c in g} for g in groups_of(everyone, ("time", "continuity"), SECOND)]
    ties = [(set(g), {c for c in g if c.continues}) for g in by_time(tuple(everyone), SECOND)]
    parted = [part for tied, having in ties for part in (having, tied - having) if part]
    assert found == [{c.offer for c in part} for part in parted]


@given_any(candidates, orders_of_criteria, st.randoms())
def test_the_order_of_arrival_in_the_list_means_nothing(everyone, criteria, random):
    shuffled = random.sample(everyone, len(everyone))
    ranked = placed(groups_of(everyone, criteria, SECOND), "seed")
    assert placed(groups_of(shuffled, criteria, SECOND), "seed") == ranked
    assert [r.rank for r in ranked] == list(range(1, len(everyone) + 1))


@given_any(candidates)
def test_a_tie_group_spans_at_most_the_tolerance_and_is_as_large_as_it_can_be(everyone):
    groups = by_time(tuple(everyone), SECOND)
    for group, later in pairwise(groups):
        first = min(c.counts_from_at for c in group)
        assert max(c.counts_from_at for c in group) - first <= SECOND
        assert min(c.counts_from_at for c in later) - first > SECOND


def test_the_draw_is_the_published_hash():
    expected = "21a18173b57210c1a16bdc327035d942dca64a54a7f92ceee5a2358500ecbfe6"
    assert draw_key("8f3a51c0de", "f-1").hex() == expected
    assert draw_key("a", "bc") != draw_key("ab", "c")
