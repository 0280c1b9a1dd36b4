"""Tests of the generated national ledger."""
