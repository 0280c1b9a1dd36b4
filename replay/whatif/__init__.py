"""What if: history again with one named thing changed, beside what was recorded. The ledger is only read."""
