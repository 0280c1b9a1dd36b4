"""The token of an answer: four parts that survive a URL."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.code import FOLDING, code_version, folding_version, source_digest
from replay.token import BadTokenError, Token

ROOT = Path(__file__).parents[2]
HEX = st.text("0123456789abcdef", min_size=12, max_size=12)
TOKENS = st.builds(Token, st.integers(1, 10**15), st.dates(date(1970, 1, 1), date(2199, 12, 31)), HEX, HEX)


@given(TOKENS)
def test_its_text_reads_back(token: Token) -> None:
    assert Token.parse(str(token)) == token
    assert re.fullmatch(r"[A-Za-z0-9.~-]+", str(token))


GOOD = "p1~2025-01-01~0123456789ab~0123456789ab"
BAD = ("", f" {GOOD}", GOOD[:-13], GOOD.upper(), GOOD.replace("p1", "p0"), GOOD.replace("01-01", "02-30"))


@pytest.mark.parametrize("text", BAD)
def test_anything_else_is_no_token(text: str) -> None:
    with pytest.raises(BadTokenError, match="token"):
        Token.parse(text)


def test_the_token_of_a_diff_is_told_apart() -> None:
    with pytest.raises(BadTokenError, match="token of a diff"):
        Token.parse("p1..p2~2025-01-01..2025-01-02~0123456789ab")


def test_it_tells_in_what_two_answers_differ() -> None:
    one = Token(1, date(2025, 1, 1), "0" * 12, "a" * 12)
    assert one.differs(one) == ()
    assert one.differs(Token(1, date(2025, 1, 2), "0" * 12, "b" * 12)) == ("on", "code")


def test_the_code_version_is_that_of_the_sources() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", code_version())
    assert folding_version() != code_version()
    assert source_digest(("replay",)) != source_digest(("projections",))


def test_the_folding_version_is_of_all_that_states_are_made_by() -> None:
    """Kept states of other code are not read: so every module of ours that a fold rests on must count."""
    said = re.compile(r"^from (ledger(?:\.\w+)+) import", re.MULTILINE)
    within = tuple(name for name in FOLDING if name.startswith("ledger"))
    texts = (file.read_text("utf-8") for name in within for file in sources_of(name))
    found = {name for text in texts for name in said.findall(text)}
    beside = {name for name in found if not name.startswith(within)}
    assert beside == {"ledger.errors"}  # what errors are called changes no state


def sources_of(name: str) -> list[Path]:
    path = ROOT.joinpath(*name.split("."))
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


@pytest.mark.parametrize("name", FOLDING)
def test_each_part_of_the_folding_version_counts(name: str) -> None:
    others = tuple(one for one in FOLDING if one != name)
    assert source_digest(others)[:12] != folding_version() == source_digest(FOLDING)[:12]
