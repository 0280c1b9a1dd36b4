"""Small named questions: the folds that decisions rest on and projections present, one subject a file."""
