"""What evidence costs: sealing beside appends, proofs out of a long log, verification, packages."""
