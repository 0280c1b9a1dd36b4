"""Where the account says to go next: addresses and commands to be copied, whole in a narrow terminal."""

from io import StringIO
from types import SimpleNamespace
from typing import cast

import pytest
from rich.console import Console

from api.demo.account import _next
from api.demo.run import Told
from api.settings import Settings


@pytest.mark.parametrize("width", [100, 80, 66])
def test_an_address_and_a_command_stand_on_one_line_and_what_they_are_beside_them(width: int) -> None:
    told = cast("Told", SimpleNamespace(cast=SimpleNamespace(contested_order="o-0229")))
    out = StringIO()
    Console(file=out, width=width).print(_next(told, Settings()))
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    for wanted in (
        "http://127.0.0.1:8321/docs ",
        "http://127.0.0.1:8321/v1/views/order-board/o-0229 ",
        ".venv/bin/liggare evidence --demo ",
    ):
        assert sum(line.startswith(wanted) for line in lines) == 1
    assert "bevispaketettilldomstolen" in "".join("".join(line[50:].split()) for line in lines)
