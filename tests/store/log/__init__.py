"""Tests of the log: one contract for both, and what only a real PostgreSQL can show."""
