"""The demonstration: its inputs, its run, its answers."""
