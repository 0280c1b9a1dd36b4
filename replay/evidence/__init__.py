"""Evidence packages: what was recorded of one matter, with its proofs, for somebody who trusts nobody."""
