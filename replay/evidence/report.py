"""The report of a package as PDF/A-3 for a court: set by typst with its own fonts, the data embedded.

Everything in it is read from the package's files, so it cannot show more than they do. Text reaches typst as
JSON and is never markup; typst sees a directory of its own with nothing else in it, and no network.
"""

import base64
import json
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import typst

from ledger.values import SECOND_US
from replay.evidence.bag import Files
from replay.evidence.report_award import Content
from replay.evidence.report_content import content
from replay.evidence.report_format import printable
from replay.evidence.report_texts import Language, texts

REPORT = "report.pdf"
DATA, REST = "report.json", "package.jsonl"
_TEMPLATES = ("report.typ", "report_parts.typ")
_WHOLE_FILES = ("case.json", "checkpoint.txt", "cosignatures.txt", "decisions.json", "keys.txt")


def report(payload: Files, verifier: str, made_at: int, language: Language) -> bytes:
    """The report of a payload (files by their name under ``data/``), dated ``made_at`` (µs).

    ``verifier`` is the SHA-256 of verify.py in hex.
    """
    told = content(payload, verifier, language)
    return typeset(told, attachments(payload, told), made_at, language)


def attachments(payload: Files, told: Content) -> dict[str, bytes]:
    """The files that the report carries: the package's own, all else on lines, and what the pages say."""
    whole = {name: payload[name] for name in payload if name in _WHOLE_FILES or name.startswith("stamps/")}
    lines = (_line(name, payload[name]) for name in sorted(payload) if name not in whole)
    pages = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return {**whole, DATA: pages.encode(), REST: "".join(lines).encode()}


def _line(name: str, content: bytes) -> str:
    return json.dumps({"file": name, "base64": base64.b64encode(content).decode()}) + "\n"


def typeset(told: Content, carried: Files, made_at: int, language: Language) -> bytes:
    """The pages as PDF/A-3a and PDF/UA-1; the same bytes for the same content, wherever it is made."""
    files = [
        {"name": name, "path": f"carried/{number}", "sha256": sha256(one).hexdigest(), "bytes": len(one)}
        for number, (name, one) in enumerate(sorted(carried.items()))
    ]
    with TemporaryDirectory() as top:
        work = Path(top).resolve()
        for name in _TEMPLATES:
            (work / name).write_bytes(Path(__file__).with_name(name).read_bytes())
        (work / "carried").mkdir()
        for one in files:
            (work / str(one["path"])).write_bytes(carried[str(one["name"])])
        data = {"c": printable(told), "t": texts(language), "files": files}
        (work / "data.json").write_text(json.dumps(data), encoding="utf-8")
        return typst.compile(
            work / _TEMPLATES[0], root=work, ignore_system_fonts=True, package_path=work / "none",
            package_cache_path=work / "none", format="pdf", pdf_standards=["a-3a", "ua-1"],
            timestamp=made_at // SECOND_US,
        )  # fmt: skip
