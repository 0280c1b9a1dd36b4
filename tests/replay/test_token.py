"""The token of an answer: four parts that survive a URL."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.code import code_version, folding_version, source_digest
from replay.token import BadTokenError, Token

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


def test_it_tells_in_what_two_answers_differ() -> None:
    one = Token(1, date(2025, 1, 1), "0" * 12, "a" * 12)
    assert one.differs(one) == ()
    assert one.differs(Token(1, date(2025, 1, 2), "0" * 12, "b" * 12)) == ("on", "code")


def test_the_code_version_is_that_of_the_sources() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", code_version())
    assert folding_version() != code_version()
    assert source_digest(("replay",)) != source_digest(("projections",))
