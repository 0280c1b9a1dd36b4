"""Attacks on a whole ledger, each carried out for real, and what a verifier finds of it: `make attacks`."""
