"""Tests of views, of what is kept for them, and of following."""
