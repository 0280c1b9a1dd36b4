"""What a history keeps of an event is what the handler sees of it, and comes back as it was."""

from typing import Any

import msgspec
import pytest
from msgspec import Raw, Struct
from msgspec.structs import fields

from ledger.errors import Corrupt
from ledger.events.assignments import ConfirmationLate
from ledger.events.base import event_type
from ledger.events.orders import OrderWithdrawn
from ledger.fold import FoldKind
from projections.base import VIEWS
from projections.states import state_types
from projections.steps import Steps, keeps, kept_of, packed, packed_step, position_of

LEAN = sorted(
    (
        (kind, event, reads)
        for kind in (of.kind for of in state_types(VIEWS.values()).values())
        for event, reads in kind.reads.items()
    ),
    key=lambda one: (one[0].name, one[1].__name__),
)
WITHDRAWN = b'{"order":"o-1","reason":"Annan l\xc3\xb6sning","withdrawn_at":7}'


class Seen(Struct, frozen=True, array_like=True, gc=False):
    withdrawn_at: int


when: FoldKind[tuple[Any, ...]] = FoldKind("when", "order", ())


@when.on(OrderWithdrawn, reads=Seen)
def _when(state: tuple[Any, ...], e: Seen, position: int) -> tuple[Any, ...]:
    return (*state, (position, e))


def test_some_views_see_only_a_part_of_some_events() -> None:
    assert {event.__name__ for _, event, _ in LEAN} >= {"ContractConcluded", "MeasureDecided"}


@pytest.mark.parametrize(("kind", "event", "reads"), LEAN)
def test_what_is_seen_of_an_event_are_fields_of_it(
    kind: FoldKind[Any], event: type[Any], reads: type[Struct]
) -> None:
    assert reads.__struct_config__.array_like
    whole = {one.name: (one.type, one.default) for one in fields(event)}
    assert {one.name: (one.type, one.default) for one in fields(reads)}.items() <= whole.items()
    assert len(fields(reads)) < len(whole)
    assert keeps(kind, event, event_type(event).stored) is not None
    assert keeps(kind, event, "an-older-name.v0") is None


def test_only_what_is_seen_is_kept_in_its_order_and_what_is_not_there_by_its_default() -> None:
    class Part(Struct, array_like=True):
        order: str
        reason: str

    class Late(Struct, array_like=True):
        trust: str
        offer: str
        assumed: tuple[str, ...]

    assert msgspec.json.decode(kept_of(OrderWithdrawn, Part)(WITHDRAWN)) == ["o-1", "Annan lösning"]
    assert msgspec.json.decode(kept_of(ConfirmationLate, Late)(b'{"offer":"f-1"}')) == ["direct", "f-1", []]

    with pytest.raises(msgspec.ValidationError, match="order"):
        kept_of(OrderWithdrawn, Part)(b"{}")


def test_a_handler_gets_the_same_from_the_event_and_from_what_is_kept_of_it() -> None:
    event = event_type(OrderWithdrawn)
    live = when.step((), event.decoder.decode(WITHDRAWN), 12)
    keep = keeps(when, OrderWithdrawn, event.stored)
    assert keep is not None
    step = packed_step(12, event.stored, keep(WITHDRAWN))
    assert live == Steps.of(when).after((), [packed([step])], upto=12) == ((12, Seen(7)),)
    assert position_of(step) == 12


def test_steps_after_the_position_are_left_and_what_cannot_be_read_is_told() -> None:
    steps, stored = Steps.of(when), event_type(OrderWithdrawn).stored
    row = packed(packed_step(at, stored, b"[%d]" % at) for at in (3, 5, 8))
    assert [at for at, _ in steps.after((), [row], upto=7)] == [3, 5]
    for bad in (b"[", packed([packed_step(3, "no-such.v1", b"{}")]), packed([packed_step(3, stored, b"{}")])):
        with pytest.raises(Corrupt, match="kept steps cannot be read"):
            steps.after((), [bad], upto=7)
    assert msgspec.json.decode(row, type=list[tuple[str, int, Raw]])[2][:2] == (stored, 8)
