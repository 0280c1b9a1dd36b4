"""The store's statements, one a file."""

from functools import cache
from importlib.resources import files


@cache
def query(name: str) -> str:
    """The text of one statement."""
    return files(__name__).joinpath(f"{name}.sql").read_text("utf-8")
