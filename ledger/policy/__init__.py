"""Policy as data: the book of terms as files, its rows as a value, and what follows from values alone."""
