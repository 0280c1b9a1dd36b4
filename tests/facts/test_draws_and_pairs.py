"""The draw as anybody recomputes it, and how often an orderer and a supplier meet."""

import subprocess
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ledger.events.awards import RankedOffer, TimeValue
from ledger.facts.draws import draw_key, drawn, misdrawn
from ledger.facts.tipping import AwardSeen, orderer_awards, pair_of
from tests.decisions.background import awarded

SEED = "8f3a51c0de"
ids = st.lists(st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True), unique=True, min_size=1, max_size=8)


def ranked(offer, place, group=1, latency_us=0):
    time = TimeValue(counts_from_at=1, tie_group=group, drawn=place, latency_us=latency_us)
    return RankedOffer(
        rank=place or 1, offer=offer, supplier="s-1", consultant=f"k-{offer}", continuity=None, time=time,
        excluded_code="", excluded_clause="", excluded_detail="", facts=(),
    )  # fmt: skip


def test_a_shell_draws_the_same():
    """The line that the documents give to whoever wants to check a draw."""
    each = f"printf '%s\\0%s' {SEED} $o | sha256sum"
    line = f"for o in f-1 f-2 f-3; do echo $({each}) $o; done | sort"
    said = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True).stdout
    assert tuple(one.split()[-1] for one in said.splitlines()) == drawn(SEED, ("f-3", "f-1", "f-2"))


@given(ids, st.randoms())
def test_the_order_in_which_offers_are_named_decides_nothing(offers, chance):
    shuffled = list(offers)
    chance.shuffle(shuffled)
    assert drawn(SEED, shuffled) == drawn(SEED, offers)
    assert [draw_key(SEED, one) for one in drawn(SEED, offers)] == sorted(draw_key(SEED, o) for o in offers)


@given(ids)
def test_a_recorded_draw_is_right_until_two_places_change(offers):
    right = [ranked(offer, place) for place, offer in enumerate(drawn(SEED, offers), 1)]
    award = replace(awarded(), ranking=tuple(right))
    assert misdrawn(award, SEED) == ()
    if len(offers) > 1:
        swapped = (replace(right[0], time=right[1].time), replace(right[1], time=right[0].time), *right[2:])
        wrong = misdrawn(replace(award, ranking=swapped), SEED)
        assert wrong == tuple(sorted((right[0].offer, right[1].offer)))


def test_what_was_not_drawn_cannot_be_misdrawn():
    award = replace(awarded(), ranking=(ranked("f-1", 0), ranked("f-2", 0, group=2)))
    assert misdrawn(award, "any-seed") == ()


SECOND_US = 1_000_000
seen = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 200)), max_size=12).map(
    lambda drawn_: tuple(AwardSeen(n, f"o-{n}", s, at * SECOND_US) for n, (s, at) in enumerate(drawn_, 1))
)


@given(seen, st.integers(0, 200))
def test_a_pair_is_counted_like_a_list_is_filtered(awards, quick):
    found = pair_of("orderer-1", "a", awards, quick)
    theirs = [one for one in awards if one.supplier == "a"]
    assert (found.awards, found.to_supplier) == (len(awards), len(theirs))
    assert found.quick == len([one for one in theirs if one.latency_us // SECOND_US <= quick])
    assert found.facts == tuple(one.position for one in theirs)


def test_the_latency_of_an_award_is_that_of_the_offer_awarded():
    award = replace(
        awarded(),
        ordered_by="orderer-1",
        ranking=(ranked("f-2", 0, latency_us=9), ranked("f-1", 0, latency_us=7)),
    )
    assert orderer_awards("orderer-1").over([(5, award)]) == (AwardSeen(5, "o-1", "s-1", 7),)
