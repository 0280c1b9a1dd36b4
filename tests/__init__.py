"""The tests: cases a lawyer can read, contracts, races and crashes."""
