"""The little XML that a package needs: elements as text, one on a line."""

from collections.abc import Mapping
from html import escape

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def element(name: str, attributes: Mapping[str, str] | None = None, *inner: str) -> str:
    """An element with others in it."""
    begin = name + "".join(f' {key}="{escape(value)}"' for key, value in (attributes or {}).items())
    return "\n".join((f"<{begin}>", *inner, f"</{name}>")) if inner else f"<{begin}/>"


def said(name: str, text: str, attributes: Mapping[str, str] | None = None) -> str:
    """An element with a text in it."""
    return element(name, attributes)[:-2] + f">{escape(text, quote=False)}</{name}>"


def document(root: str) -> bytes:
    """The bytes of a file with this root element."""
    return (HEAD + root + "\n").encode()
