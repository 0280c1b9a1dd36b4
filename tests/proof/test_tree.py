"""The tree: known vectors of certificate transparency, and the definitions of RFC 9162 as a second model."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proof.check import ProofError, check_consistency, check_inclusion
from ledger.proof.paths import consistency_path, inclusion_path, tree_root
from ledger.proof.tree import EMPTY_ROOT, Edge, root_of, widths
from tests.proof.naive import Kept, leaves_of, mth, path, proof

INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
A, B, C = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
D, E, F = (
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
)
LEAVES = [sha256(b"\x00" + bytes.fromhex(text)).digest() for text in INPUTS]
SIZES = st.one_of(st.integers(1, 40), st.integers(250, 262), st.integers(505, 1100))


def hexes(hashes):
    return [one.hex() for one in hashes]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_of_the_known_eight_leaves(size):
    assert root_of(b"".join(LEAVES[:size])).hex() == ROOTS[size]
    assert tree_root(size, Kept(LEAVES[:size])).hex() == ROOTS[size]


def test_the_empty_tree_hashes_nothing():
    assert EMPTY_ROOT == sha256(b"").digest() == Edge().root()


INCLUSIONS = [
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, F, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], B, D]),
]
CONSISTENCIES = [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [E, F, ROOTS[4]]), (2, 5, [B, D])]


@pytest.mark.parametrize(("index", "size", "known"), INCLUSIONS)
def test_the_known_inclusion_paths(index, size, known):
    assert hexes(inclusion_path(index, size, Kept(LEAVES[:size]))) == known
    check_inclusion(LEAVES[index], index, size, list(map(bytes.fromhex, known)), bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new", "known"), CONSISTENCIES)
def test_the_known_consistency_proofs(old, new, known):
    assert hexes(consistency_path(old, new, Kept(LEAVES[:new]))) == known
    roots = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
    check_consistency(old, roots[0], new, roots[1], list(map(bytes.fromhex, known)))


@given(size=SIZES, cuts=st.lists(st.integers(0, 300), max_size=12))
def test_a_tree_grown_in_any_steps_is_the_tree_of_the_definition(size, cuts):
    leaves = leaves_of(size)
    edge, kept, at = Edge(), {}, 0
    for step in [*cuts, size]:
        part = leaves[at : at + step]
        for tile in edge.extend(b"".join(part)):
            assert (tile.level, tile.index) not in kept
            kept[tile.level, tile.index] = tile.hashes
            assert tile.root == mth(leaves[tile.index * 256 ** (tile.level + 1) :][: 256 ** (tile.level + 1)])
        at += len(part)
        assert edge.root() == mth(leaves[:at])
    store = Kept(leaves)
    assert {key: store([key])[key] for key in kept} == kept
    assert len(kept) == size // 256 + size // 256**2


def test_an_edge_goes_on_from_what_is_kept():
    leaves = leaves_of(70_000)
    edge, tiles = Edge(), {}
    for tile in edge.extend(b"".join(leaves)):
        tiles[tile.level, tile.index] = tile
    assert widths(70_000) == [112, 17, 1]  # the example of C2SP tlog-tiles
    assert sorted(tiles) == [*((0, n) for n in range(273)), (1, 0)]
    partial = [
        b"".join(leaves[-112:]), b"".join(tiles[0, n].root for n in range(256, 273)), tiles[1, 0].root
    ]  # fmt: skip
    again = Edge(70_000, partial)
    assert again.root() == edge.root() == mth(leaves)
    with pytest.raises(ValueError, match="partial tiles"):
        Edge(70_001, partial)


@given(size=SIZES, data=st.data())
def test_inclusion_paths_are_those_of_the_definition_and_lead_nowhere_else(size, data):
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    kept = Kept(leaves)
    found = inclusion_path(index, size, kept)
    assert found == path(index, leaves)
    assert kept.asked <= 4 * len(widths(size))
    root = mth(leaves)
    check_inclusion(leaves[index], index, size, found, root)
    for wrong in _otherwise(data, leaves[index], index, size, found):
        with pytest.raises(ProofError):
            check_inclusion(*wrong, root)


@given(new=SIZES, data=st.data())
def test_consistency_proofs_are_those_of_the_definition_and_lead_nowhere_else(new, data):
    leaves = leaves_of(new)
    old = data.draw(st.integers(1, new))
    found = consistency_path(old, new, Kept(leaves))
    assert found == proof(old, leaves)
    roots = mth(leaves[:old]), mth(leaves)
    check_consistency(old, roots[0], new, roots[1], found)
    other = leaves_of(new, salt=b"another history")
    with pytest.raises(ProofError):
        check_consistency(old, mth(other[:old]), new, roots[1], found)
    with pytest.raises(ProofError):
        check_consistency(old, roots[0], new, mth(other), found)
    with pytest.raises(ProofError):
        check_consistency(old, roots[0], new, roots[1], [*found, roots[0]])
    if found:
        with pytest.raises(ProofError):
            check_consistency(old, roots[0], new, roots[1], found[:-1])
        with pytest.raises(ProofError):
            check_consistency(old, roots[0], new, roots[1], _flipped(data, found))


def test_proofs_that_cannot_be_are_refused():
    kept = Kept(LEAVES)
    for index, size in ((8, 8), (-1, 8), (0, 0)):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_path(index, size, kept)
        with pytest.raises(ProofError):
            check_inclusion(LEAVES[0], index, size, [], LEAVES[0])
    for old, new in ((0, 8), (9, 8), (-1, 8)):
        with pytest.raises(ValueError, match="no consistency"):
            consistency_path(old, new, kept)
        with pytest.raises(ProofError):
            check_consistency(old, EMPTY_ROOT, new, LEAVES[0], [])
    with pytest.raises(ProofError, match="another history"):
        check_consistency(8, LEAVES[0], 8, LEAVES[1], [])
    with pytest.raises(ProofError, match="32 bytes"):
        check_inclusion(LEAVES[0][:31], 0, 1, [], LEAVES[0])
    with pytest.raises(ValueError, match="too few"):
        inclusion_path(0, 9, kept)


def _otherwise(data, leaf, index, size, found):
    """The same proof with one thing changed."""
    yield bytes(32), index, size, found
    yield leaf, index, size, [*found, leaf]
    if size > 1:
        yield leaf, (index + data.draw(st.integers(1, size - 1))) % size, size, found
        yield leaf, index, size, found[:-1]
        yield leaf, index, size, _flipped(data, found)


def _flipped(data, found):
    number = data.draw(st.integers(0, len(found) - 1))
    bit = data.draw(st.integers(0, 255))
    changed = (int.from_bytes(found[number], "big") ^ (1 << bit)).to_bytes(32, "big")
    return [*found[:number], changed, *found[number + 1 :]]
