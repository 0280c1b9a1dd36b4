"""The same places as the projections' tests."""

from tests.projections.conftest import place

__all__ = ["place"]
