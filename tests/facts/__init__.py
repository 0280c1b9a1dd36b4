"""Tests of the folds that decisions rest on and views present."""
