"""`liggare bench`: the measurements, which live beside the packages."""

import importlib
import sys
from pathlib import Path

import typer

import api
from api.cli.program import NOT_CHECKED, PROGRAM, example

ANY = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": ["--help"]}


@PROGRAM.command(
    "bench", context_settings=ANY, epilog=example("liggare bench", "liggare bench --events 1000000")
)
def bench(context: typer.Context) -> None:
    """Measure appends, decisions, replay and queries against their peers, and write build/bench.json.

    Every argument goes to the measurements: --json writes one JSON document as the last line of standard
    output, --events says how many events to preload.
    """
    sys.path.insert(0, str(Path(api.__file__).parent.parent))
    try:
        measurements = importlib.import_module("benchmarks.run")
    except ModuleNotFoundError as error:
        typer.echo("liggare: measuring takes a checkout of the sources", err=True)
        raise typer.Exit(NOT_CHECKED) from error
    raise typer.Exit(measurements.main(context.args))
