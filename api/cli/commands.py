"""Which commands there are; the module of each is imported when it is used, so that no other waits."""

import shutil
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from api.cli import interrupted

CODES = "Exit codes: 0 fine, 2 usage, 3 tampered or different, 4 could not check, 130 interrupted."
WIDTH = 100
HELP_WIDTH = min(WIDTH, shutil.get_terminal_size((WIDTH, 0)).columns)  # wider, a terminal breaks words

# What the list says of each. The module has the name of its command.
COMMANDS: Mapping[str, str] = {
    "archive": "Export a range of time for an e-archive, or verify such a package.",
    "ask": "Ask one of the twenty questions of a dispute.",
    "bench": "Measure appends, decisions, replay and queries against their peers.",
    "checkpoint": "Show the newest checkpoint and who confirmed it; have it confirmed.",
    "clock": "Accept that the clock has jumped ahead.",
    "demo": "Play thirty months on a simulated clock, over HTTP.",
    "diff": "Tell what became known between two moments, and which answers it changed.",
    "doctor": "See on one screen whether this installation is safe to run.",
    "evidence": "Make a package of a case or an award that a stranger verifies offline.",
    "explain": "Explain one answer: the records, rules, policy values and code behind it.",
    "generate": "Fill an empty ledger with a synthetic national history.",
    "init": "Make a ledger: its databases, roles and schemas, and the first event.",
    "keys": "Make the key that signs checkpoints, or show its public half.",
    "policy": "List every value of the policy and who says so, or what differs.",
    "proof": "Write checkpoints and proofs, or check them offline against what was kept.",
    "rebuild": "Make the histories behind the views anew from the log.",
    "receipt": "Write the signed receipt of a command, to be checked without the ledger.",
    "reperform": "Make every decision in history again from its own past, and compare.",
    "replay": "Fold the views anew from the log and show their digests.",
    "restore-drill": "Rehearse losing the server: dump, restore, verify, and append.",
    "seal": "Sign a checkpoint over everything recorded, at once.",
    "serve": "Serve the ledger over HTTP on the loopback address.",
    "stamp": "Have a file stamped by a time-stamping authority, or verify its stamp.",
    "verify": "Recompute every record, and compare everything derived with it.",
    "view": "Ask a view about one key, or about all.",
    "what-if": "Show what would have come of history with one thing changed.",
    "witness": "Cosign checkpoints of other ledgers, or show what contradicts them.",
}


class Sorted(TyperGroup):
    """Commands by name, in whatever order they were declared."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in order."""
        return sorted(super().list_commands(ctx))


class Program(Sorted):
    """The commands of the table; only the one that is used is there as more than its name."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = {name: TyperCommand(name) for name in COMMANDS} | dict(self.commands)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, whose module is imported now; None if there is none."""
        if cmd_name in COMMANDS:
            import_module(f"api.cli.{cmd_name.replace('-', '_')}")
            self.commands = get_group(PROGRAM).commands
            interrupted.begin()
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: Any) -> Any:
        """Run a command; one that is interrupted says so. Raises typer.Exit."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            print(f"{self.name}: {interrupted.SAID}", file=sys.stderr)
            raise typer.Exit(interrupted.CODE) from error

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands by the table, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])


PROGRAM = typer.Typer(
    cls=Program,
    name="liggare", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"terminal_width": HELP_WIDTH, "max_content_width": WIDTH},
    help=f"""The ledger of orders and assignments under a framework agreement.

    Every command takes --json: one JSON document as the last line of standard output, and nothing else on it.
    {CODES}""",
)  # fmt: skip


@PROGRAM.callback()
def _program() -> None:
    """Nothing comes before a command."""
