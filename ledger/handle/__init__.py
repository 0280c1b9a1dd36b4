"""The shell: read, fold, decide, append."""
