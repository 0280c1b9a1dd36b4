"""Where two values differ: against a plain walk that looks at every scalar."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from replay.paths import differing

scalars = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "a", "b"])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=12,
)


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every scalar and every empty list or mapping by its path."""
    if isinstance(value, dict | list) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return {k: v for n, one in pairs for k, v in leaves(one, f"{path}.{n}" if path else str(n)).items()}
    return {path: value}


@given(values, values)
def test_values_differ_where_any_of_their_scalars_does_and_nowhere_else(one, other):
    whole = [(path, repr(value)) for path, value in sorted(leaves(one).items())]
    same = whole == [(path, repr(value)) for path, value in sorted(leaves(other).items())]
    assert (list(differing(one, other)) == []) == same


@given(values)
def test_a_value_does_not_differ_from_itself(value):
    assert list(differing({"a": value, "b": [value]}, {"a": value, "b": [value]})) == []


def test_one_and_true_are_told_apart_wherever_they_stand():
    assert list(differing([1, {"x": 1}], [True, {"x": True}])) == [("0", "1", "True"), ("1.x", "1", "True")]
