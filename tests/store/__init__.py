"""Tests of the store and the vault."""
