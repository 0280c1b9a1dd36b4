"""The API's pages: the OpenAPI document, and a plain page made from it, without script and without network.

Ready-made viewers load from a content delivery network or would have to be copied in; see docs/adr/0012.
"""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import msgspec
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.problems import KINDS, MEDIA_TYPE, body_of
from api.routing import Endpoint

STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
summary { cursor: pointer; padding: .3rem 0 } code, pre { font: .9rem/1.45 ui-monospace, monospace }
pre { background: #f3f3f0; overflow: auto; padding: .8rem } details { border-top: 1px solid #ccc }
summary code, h4 { overflow-wrap: anywhere }
th, td { text-align: left; vertical-align: top; padding: .2rem 1rem .2rem 0 } .lead { white-space: pre-line }
td div { padding-left: 1rem; text-indent: -1rem } :target { background: #fff3c4 }
.method { display: inline-block; min-width: 3.5rem; font-weight: 600 }
"""
METHODS = ("get", "post")
PROBLEMS, SCHEMAS = "Problem / Problems", "Former / Schemas"


def add_docs(app: FastAPI, document: Mapping[str, Any]) -> None:
    """Put the pages into the application; both are made once."""
    written = msgspec.json.encode(document)
    page = "".join(page_of(document))

    async def openapi(_: Request) -> Response:
        return Response(written, media_type="application/json")

    async def docs(_: Request) -> Response:
        return HTMLResponse(page)

    async def start(_: Request) -> Response:
        return RedirectResponse("/docs", 307)

    pages: tuple[tuple[str, Endpoint], ...] = (("/openapi.json", openapi), ("/docs", docs), ("/", start))
    for path, endpoint in pages:
        app.add_api_route(path, endpoint, methods=["GET"], include_in_schema=False)


def page_of(document: Mapping[str, Any]) -> Iterator[str]:
    """The page, piece by piece."""
    info = document["info"]
    yield f'<!doctype html><html lang="sv"><meta charset="utf-8"><title>{escape(info["title"])}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{STYLE}</style><main><h1>{escape(info['title'])} {escape(info['version'])}</h1>"
    yield f'<p class="lead">{escape(info["description"])}</p>'
    yield '<p>OpenAPI: <a href="/openapi.json">/openapi.json</a> · <a href="/api-info">/api-info</a></p>'
    parts = {f"group-{group['name']}": group["description"].removesuffix(".") for group in document["tags"]}
    yield from _contents(parts | {"problems": PROBLEMS, "schemas": SCHEMAS})
    for group, (anchor, heading) in zip(document["tags"], parts.items(), strict=True):
        yield f'<h2 id="{escape(anchor)}">{escape(heading)}</h2>'
        yield from _operations(document, group["name"])
    yield from _problems(document)
    yield from _schemas(document["components"]["schemas"])
    yield "</main></html>"


def _contents(parts: Mapping[str, str]) -> Iterator[str]:
    """Where each part of the page begins: questions stand far below the commands."""
    yield '<nav aria-label="Innehåll / Contents"><ul>'
    for anchor, heading in parts.items():
        yield f'<li><a href="#{escape(anchor)}">{escape(heading)}</a>'
    yield "</ul></nav>"


def _operations(document: Mapping[str, Any], group: str) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            operation = methods.get(method)
            if operation and group in operation["tags"]:
                yield from _operation(path, method, operation)


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    anchor = escape(operation["operationId"])
    yield f'<details id="{anchor}"><summary><span class="method">{method.upper()}</span> '
    yield f"<code>{escape(path)}</code> {escape(operation['summary'])}</summary>"
    yield f'<p class="lead">{escape(operation["description"])}</p>'
    yield from _parameters(operation.get("parameters", ()))
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<h4>{escape(media)} {_link(content['schema'])}</h4>"
        yield from _examples(content)
    yield "<table>"
    for status, answer in sorted(operation["responses"].items()):
        problems = "".join(
            f'<div><a href="#problem-{escape(code)}">{escape(code)}</a> {escape(shown["title"])}</div>'
            for code, shown in _problems_of(answer)
        )
        yield f"<tr><th>{escape(status)}<td>{problems or escape(answer['description'])}"
    yield "</table></details>"


def _problems_of(answer: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The problems that an answer of an operation may be, by code."""
    for code, example in answer.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {}).items():
        yield code, example["value"]


def _parameters(parameters: Any) -> Iterator[str]:
    yield "<table>"
    for one in parameters:
        need = "" if one["required"] else " (frivillig / optional)"
        name, said = escape(one["name"]), escape(one["description"])
        yield f"<tr><td><code>{name}</code><td>{one['in']}{need}<td>{said}"
    yield "</table>"


def _examples(content: Mapping[str, Any]) -> Iterator[str]:
    for example in content.get("examples", {}).values():
        yield f"<pre>{_pretty(example['value'])}</pre>"


def _problems(document: Mapping[str, Any]) -> Iterator[str]:
    """Every no that the door or a rule can say, each where the ``type`` of a problem leads."""
    found = {kind.code: msgspec.to_builtins(body_of(kind, simulated=True)) for kind in KINDS.values()}
    for methods in document["paths"].values():
        for operation in methods.values():
            for answer in operation["responses"].values():
                found |= {code: shown for code, shown in _problems_of(answer) if code not in found}
    yield f'<h2 id="problems">{PROBLEMS}</h2><table>'
    for code, shown in sorted(found.items(), key=lambda one: (one[1]["status"], one[0])):
        clause = f"<br><i>{escape(shown['clause'])}</i>" if shown["clause"] else ""
        yield f'<tr id="problem-{escape(code)}"><th>{shown["status"]}<td><code>{escape(code)}</code>'
        yield f"<td>{escape(shown['title'])}. {escape(shown['detail'])}{clause}"
    yield "</table>"


def _schemas(schemas: Mapping[str, Any]) -> Iterator[str]:
    """Every form, unfolded: a link into something folded would lead to nothing."""
    yield f'<h2 id="schemas">{SCHEMAS}</h2>'
    for name, schema in schemas.items():
        yield f'<h4 id="schema-{escape(name)}"><code>{escape(name)}</code></h4><pre>{_pretty(schema)}</pre>'


def _link(schema: Mapping[str, Any]) -> str:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return f'<a href="#schema-{escape(name)}">{escape(name)}</a>' if name else ""


def _pretty(value: Any) -> str:
    return escape(json.dumps(value, ensure_ascii=False, indent=2))
