"""The witness at national size: one generated ledger, measured from end to end."""
