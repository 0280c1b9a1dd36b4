"""Measurements of this ledger beside the library it stands on and beside plain INSERTs, in one run on one server."""
