"""The command line: `liggare`. One small file for each command; `docs/cli.md` is made from their help."""

import logging
import sys
import warnings

from api.cli.commands import COMMANDS, PROGRAM

__all__ = ["COMMANDS", "PROGRAM", "main"]


def main() -> None:
    """Run the command line."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    warnings.simplefilter("ignore", ResourceWarning)
    PROGRAM(prog_name="liggare")
