"""Moments told by an option of the command line: what has no answer is said of that option."""

from datetime import UTC, datetime

import pytest

from api.settings import Settings
from tests.api.servers import environment
from tests.api.warm import ran

FINE, USAGE = 0, 2
UNKNOWN = "p9~2026-03-01~000000000000~000000000000"
TOLD = (
    (("reperform", "--until", "p9"), "--until"),
    (("reperform", "--from", "p9"), "--from"),
    (("reperform", "--from", "1999-01-01T00:00:00Z"), "--from"),
    (("reperform", "--until", "2100-01-01T00:00:00Z"), "--until"),
    (("reperform", "--until", "soon"), "--until"),
    (("replay", "--until", "p9"), "--until"),
    (("replay", "--until", "soon"), "--until"),
    (("policy", "--known-at", "p9"), "--known-at"),
    (("view", "order-board", "--all", "--known-at", "p9"), "known_at"),
    (("view", "order-board", "o-1", "--known-at", "2100-01-01T00:00:00Z"), "known_at"),
    (("ask", "continuity-at-award", "--order", "o-1", "--known-at", "p9"), "known_at"),
    (("ask", "continuity-at-award", "--order", "o-1", "--token", UNKNOWN), "token"),
    (("explain", UNKNOWN, "order-board", "o-1"), "token"),
    (("explain", "no-token", "order-board", "o-1"), "token"),
)


@pytest.mark.parametrize("mode", ["--simulated", "--real"])
def test_a_moment_without_an_answer_names_its_option(unmade: Settings, mode: str):
    assert ran(("init", mode), environment(unmade))[0] == FINE
    for arguments, option in TOLD:
        code, _, stderr = ran(arguments, environment(unmade))
        assert (code, stderr.startswith(f"liggare: {option}: ")) == (USAGE, True), (arguments, stderr)


def test_in_real_time_a_moment_after_the_last_event_is_known(unmade: Settings):
    assert ran(("init", "--real"), environment(unmade))[0] == FINE
    code, stdout, stderr = ran(("reperform", "--until", datetime.now(UTC).isoformat()), environment(unmade))
    assert (code, "1 decisions (0 refusals), 1 the same" in stdout) == (FINE, True), stderr
