"""YAML that somebody wrote to ask what if: plain documents of bounded size, or a ValueError saying why.

An alias repeats what it stands for: nine of nine of nine, and so on, are billions of values. None of these
files needs one.
"""

from typing import Any

import yaml

CHARACTERS_MAX = 1_000_000
DEPTH_MAX = 40


def documents(text: str) -> list[Any]:
    """The documents of a text that hold anything, in order. Raises ValueError."""
    if len(text) > CHARACTERS_MAX:
        raise ValueError(f"has more than {CHARACTERS_MAX} characters")
    try:
        return [one for one in yaml.load_all(text, _Plain) if one is not None]
    except yaml.YAMLError as error:
        told = str(error).replace('in "<unicode string>", line', "at line")
        raise ValueError(f"is not YAML ({told})") from error
    except ValueError as error:  # such as 2024-02-31
        raise ValueError(f"has a date or a number that does not exist ({error})") from error


class _Plain(yaml.SafeLoader):
    """The safe loader, without aliases and no deeper than somebody can read."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """A node of the document. Raises yaml.YAMLError."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias; write out what it stands for")
        if self.depth >= DEPTH_MAX:
            raise yaml.YAMLError(f"more than {DEPTH_MAX} levels")
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1
