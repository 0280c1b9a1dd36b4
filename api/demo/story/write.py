"""Writes the story down as input files. Run it to renew them: ``python -m api.demo.story.write``."""

import dataclasses
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from api.demo.steps import INPUTS, Inputs
from api.demo.story.pace import WHOLE
from api.demo.story.script import by_month
from api.demo.story.telling import Story, tell


def written(story: Story) -> Mapping[str, bytes]:
    """Every input file of a story by its path."""
    return dict(_files(story))


def _files(story: Story) -> Iterator[tuple[str, bytes]]:
    for month, lines in by_month(story.lines):
        rows = (json.dumps(line.as_json(), ensure_ascii=False, separators=(",", ":")) for line in lines)
        yield f"commands/{month}.jsonl", "".join(row + "\n" for row in rows).encode()
    cast = json.dumps(dataclasses.asdict(story.cast), ensure_ascii=False, indent=1)
    yield "questions.json", (cast + "\n").encode()
    yield from story.files.items()


def inputs_of(months: int) -> Inputs:
    """The input files of a story of so many months: the committed ones for the whole, others made now."""
    return Inputs.in_folder(INPUTS) if months == WHOLE else Inputs(written(tell(months)))


def renew(folder: Path, months: int) -> int:
    """Replace the files of a folder by a story of so many months; how many bytes it has."""
    for old in ("commands", "time-reports"):
        shutil.rmtree(folder / old, ignore_errors=True)
    files = written(tell(months))
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return sum(map(len, files.values()))


if __name__ == "__main__":
    renew(INPUTS, WHOLE)
