"""The demonstration: a story of thirty months, told to a real server, and three questions about it."""
