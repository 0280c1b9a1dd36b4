"""What must hold for every event ever declared: golden bytes, round trips, tags, upcasting."""

import json
import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ledger.events
from ledger.errors import Corrupt
from ledger.events import base
from ledger.events.base import EVENTS, decode, event_type, stored_types, tags_of, upcast
from ledger.store.canonical import encoded
from ledger.store.codec import Header, fields_json, seal
from tests.samples import events, sample

GOLDEN = Path(__file__).parent / "golden" / "events.jsonl"
assert ledger.events


def golden() -> dict[str, str]:
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    return {json.loads(line)["type"]: line for line in lines}


def golden_line(stored: str) -> str:
    made = sample(EVENTS[stored].cls)
    head = json.dumps({"type": stored, "tags": tags_of(made)}, ensure_ascii=False)
    return f'{head[:-1]}, "facts": {encoded(made).decode()}}}'


def test_every_event_version_has_golden_bytes():
    """New events add a line; a line is never changed. Write missing ones with LIGGARE_WRITE_GOLDEN=1."""
    if os.environ.get("LIGGARE_WRITE_GOLDEN"):
        known = golden() if GOLDEN.exists() else {}
        lines = [known.get(stored) or golden_line(stored) for stored in sorted({*EVENTS, *known})]
        GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert set(EVENTS) <= set(golden())


@pytest.mark.parametrize("stored", sorted(EVENTS))
def test_golden_bytes_still_decode_and_encode_to_themselves(stored):
    line = golden()[stored]
    facts = line.split('"facts": ', 1)[1][:-1].encode()
    made = decode(stored, facts)
    assert encoded(made) == facts
    assert list(tags_of(made)) == json.loads(line)["tags"]


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_event_survives_sealing(data):
    declared = EVENTS[data.draw(st.sampled_from(sorted(EVENTS)))]
    made = data.draw(events(declared.cls))
    header = Header(
        actor="a", client="c", command="x", command_id="1", command_mac="0", decided_at=1, event_id="e",
        head=0, ledger="l", mode="simulated", n=(1, 1), received_at=1, type=declared.stored,
    )  # fmt: skip
    sealed = seal(header, made, secret=b"s" * 32, command=encoded({"payload": True}))
    assert decode(sealed.type, fields_json(sealed.body)) == made
    assert sealed.tags == tags_of(made)


def test_a_damaged_event_is_corrupt_and_says_which_type():
    with pytest.raises(Corrupt, match=r"order-withdrawn\.v1"):
        decode("order-withdrawn.v1", b'{"order": 1}')
    with pytest.raises(Corrupt, match=r"no-such\.v1"):
        decode("no-such.v1", b"{}")


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(base, "_BY_STORED", dict(base._BY_STORED))
    monkeypatch.setattr(base, "_BY_CLASS", dict(base._BY_CLASS))
    monkeypatch.setattr(base, "_UPCASTERS", {})


@pytest.mark.usefixtures("registry")
def test_an_old_version_is_read_as_the_newest_one():
    @base.event("renamed-thing", version=3)
    class RenamedThing:
        """The newest shape."""

        minutes: int
        unit: str

    @upcast("renamed-thing.v1", "renamed-thing.v2")
    def _hours_to_minutes(old):
        return {"minutes": old["hours"] * 60}

    @upcast("renamed-thing.v2", "renamed-thing.v3")
    def _with_unit(old):
        return {**old, "unit": "min"}

    assert decode("renamed-thing.v1", b'{"hours":2}') == RenamedThing(minutes=120, unit="min")
    assert decode("renamed-thing.v2", b'{"minutes":5}') == RenamedThing(minutes=5, unit="min")
    assert stored_types(RenamedThing) == ("renamed-thing.v3", "renamed-thing.v1", "renamed-thing.v2")


@pytest.mark.usefixtures("registry")
def test_a_name_is_declared_once():
    with pytest.raises(TypeError, match="taken"):

        @base.event("order-withdrawn")
        class Again:
            """The same name."""

            order: str


def test_a_field_outside_facts_may_be_masked():
    """A masked group leaves its fields out, so they need a default."""
    for declared in EVENTS.values():
        apart = {name for group in declared.groups[1:] for name in group.fields}
        made = sample(declared.cls)
        facts = {k: v for k, v in msgspec.to_builtins(made).items() if k not in apart}
        assert event_type(decode(declared.stored, msgspec.json.encode(facts))) is declared
