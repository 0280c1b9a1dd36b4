"""The story that the demonstration tells, made by a seeded generator. No person or company in it is real."""
