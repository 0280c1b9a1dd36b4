"""The command line: `liggare`. One small file for each command; `docs/cli.md` is made from their help."""

import sys

from api.cli import interrupted

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    interrupted.heed()
    try:
        _run()
    finally:
        interrupted.leave()


def _run() -> None:
    import logging  # noqa: PLC0415  what is imported from here on can be interrupted
    import warnings  # noqa: PLC0415  the same

    from api.cli.commands import PROGRAM  # noqa: PLC0415  the same

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    warnings.simplefilter("ignore", ResourceWarning)
    PROGRAM(prog_name="liggare")
