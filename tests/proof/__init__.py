"""Tests of the tree, its checkpoints and its proofs."""
