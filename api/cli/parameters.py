"""What a view or a question may be told beside its key: options of the same name, as --lot nurses."""

import typer

PARAMETERS = "Own parameters are options of the same name: --order o-1, --from-on 2025-01-01."


def own_parameters(given: list[str]) -> dict[str, str]:
    """The options that typer does not know, as --name value, --name=value or --param name=value."""
    found: dict[str, str] = {}
    words = iter(given)
    for word in words:
        name, equals, value = word.partition("=")
        if not name.startswith("--"):
            raise typer.BadParameter(PARAMETERS, param_hint=word)
        value = value if equals else next(words, "")
        if name == "--param":
            name, _, value = value.partition("=")
        key = name.removeprefix("--").replace("-", "_")
        if not value or key in found:
            raise typer.BadParameter("give each parameter one value", param_hint=name)
        found[key] = value
    return found
