"""How far an append's clock may go: limits that both logs keep, and a test compares with the SQL's."""

from typing import Literal

Mode = Literal["real", "simulated"]

AHEAD_MAX_US = 300 * 1_000_000
"""How far a real clock may run ahead of the store's own, in microseconds."""

JUMP_MAX_US = 7 * 24 * 3600 * 1_000_000
"""How far a real clock may jump past the last recorded instant, in microseconds."""

JUMP_ACCEPTED = "clock-accepted.v1"
"""The stored type of the operator's event whose command may jump, so that appends go on after it."""
