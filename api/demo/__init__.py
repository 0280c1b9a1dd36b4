"""The demonstration: a story of thirty months, told to a real server, and the questions of a dispute."""
