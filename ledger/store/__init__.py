"""The log on disk: one total order, sealed, append-only."""
