"""The way in: what make offers, and what the lock may hold."""

import re
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
LOCK = (TOP / "requirements.lock").read_text()


def make_targets() -> list[str]:
    phony = re.search(r"^\.PHONY: (.*)$", (TOP / "Makefile").read_text(), re.MULTILINE)
    assert phony
    return phony.group(1).split()


@pytest.mark.docs
@pytest.mark.parametrize("target", make_targets())
def test_make_alone_lists_every_target(target) -> None:
    shown = subprocess.run(["make"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    assert re.search(rf"^  make {target} +\S", shown, re.MULTILINE)


def test_setup_leaves_standard_output_to_what_was_asked() -> None:
    lines = (TOP / ".ci" / "setup").read_text().splitlines()
    said = [line for line in lines if line.strip().startswith("echo ")]
    assert said
    assert all(">&2" in line for line in said)


def test_the_lock_pins_one_version_of_everything_with_hashes() -> None:
    entries = re.split(r"\n(?=\S)", LOCK.partition("\n")[2])
    unpinned = [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]
    assert not unpinned


def test_the_lock_names_no_address_and_no_file() -> None:
    assert not re.search(r"://|^\s*(-|\.|/)(?!-hash=)|@ ", LOCK, re.MULTILINE)


def test_everything_asked_for_is_in_the_lock() -> None:
    asked = "".join((TOP / name).read_text() for name in ("requirements.in", "requirements-dev.in"))
    names = re.findall(r"^([a-z][\w-]*)", asked, re.MULTILINE)
    assert [name for name in names if f"\n{name}==" not in LOCK] == []


@pytest.mark.docs
def test_decision_records_are_numbered_without_repeats() -> None:
    numbers = [path.name[:4] for path in (TOP / "docs" / "adr").glob("*.md")]
    assert all(number.isdigit() for number in numbers)
    assert len(numbers) == len(set(numbers))
