"""`liggare demo`: the main job, from a published order to answers that anyone can check."""

import importlib

import typer

from api.cli.program import NOT_CHECKED, PROGRAM, Json, example


@PROGRAM.command("demo", epilog=example("liggare demo", "liggare demo --json"))
def demo(as_json: Json = False) -> None:
    """Play thirty months on a simulated clock, over HTTP, and answer three questions with their evidence."""
    try:
        story = importlib.import_module("api.demo")
    except ModuleNotFoundError as error:
        typer.echo(f"liggare: the demo is not part of this installation ({error.name})", err=True)
        raise typer.Exit(NOT_CHECKED) from error
    raise typer.Exit(story.run(as_json))
