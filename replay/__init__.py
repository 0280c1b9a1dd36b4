"""The witness: what was known when, and whether the record still says so."""
