"""The tree over the leaves, its checkpoints and its proofs, by RFC 9162 and C2SP: bytes in, bytes out."""
