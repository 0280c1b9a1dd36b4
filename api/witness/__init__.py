"""Witnesses by C2SP: a small service that cosigns checkpoints of others, and how a ledger asks such."""
