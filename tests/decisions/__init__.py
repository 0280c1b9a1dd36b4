"""Given/when/then, one file a noun."""
