"""Measurements of this ledger beside the library under it and plain INSERTs, in one run on one server."""
