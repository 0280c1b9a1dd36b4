"""Tests of answers about the past."""
