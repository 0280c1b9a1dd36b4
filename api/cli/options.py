"""What the door says of parameters, said of the options that tell them."""

from api.cli.nearest import no_such
from api.problems import KNOWN_AT, PARAMETER, Problem

OF_PARAMETERS = frozenset((PARAMETER.kind, KNOWN_AT.kind))


def option_of(parameter: str) -> str:
    """The option that tells a parameter, as one types it."""
    return f"--{parameter.replace('_', '-')}"


def in_options(problem: Problem) -> str:
    """What a problem tells; where it is about parameters, with the names of their options."""
    if problem.kind not in OF_PARAMETERS or not problem.field:
        return problem.detail
    if problem.known:
        return no_such("option", option_of(problem.field), map(option_of, problem.known))
    if problem.fields:
        return "; ".join(_said(one.field, one.message) for one in problem.fields)
    return _said(problem.field, problem.detail.removeprefix(f"{problem.field}: "))


def _said(parameter: str, message: str) -> str:
    return f"{option_of(parameter)}: {message}" if parameter else message
