"""A national ledger to work on: a history from a seed, made by the real rules and written in bulk."""
