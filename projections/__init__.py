"""The readings: keyed folds, one question a file."""
