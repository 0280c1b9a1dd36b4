"""The command line: `liggare`. One small file for each command; `docs/cli.md` is made from their help."""

import logging
import sys
import warnings

from api.cli import (
    ask,
    bench,
    clock,
    demo,
    diff,
    doctor,
    explain,
    generate,
    init,
    policy,
    rebuild,
    reperform,
    replay,
    restore_drill,
    serve,
    verify,
    view,
    what_if,
)
from api.cli.program import PROGRAM

__all__ = ["COMMANDS", "PROGRAM", "main"]

COMMANDS = (
    demo, init, serve, doctor, verify, rebuild, replay, reperform, what_if, view, ask, explain, diff, policy,
    clock, generate, restore_drill, bench,
)  # fmt: skip


def main() -> None:
    """Run the command line."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    warnings.simplefilter("ignore", ResourceWarning)
    PROGRAM(prog_name="liggare")
