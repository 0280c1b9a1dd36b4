"""Exports for an e-archive."""
