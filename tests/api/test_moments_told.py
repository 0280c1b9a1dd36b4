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
    (("view", "order-board", "--all", "--known-at", "p9"), "--known-at"),
    (("view", "order-board", "o-1", "--known-at", "2100-01-01T00:00:00Z"), "--known-at"),
    (("view", "order-board", "o-1", "--known-at", "soon"), "--known-at"),
    (("view", "order-board", "o-1", "--at", "soon"), "--at"),
    (("ask", "continuity-at-award", "--order", "o-1", "--known-at", "p9"), "--known-at"),
    (("ask", "continuity-at-award", "--order", "o-1", "--token", UNKNOWN), "--token"),
    (("ask", "continuity-at-award", "--order", "o-1", "--token", UNKNOWN, "--at", "2025-01-01"), "--token"),
    (("explain", UNKNOWN, "order-board", "o-1"), "TOKEN"),
    (("explain", "no-token", "order-board", "o-1"), "TOKEN"),
    (("diff", "--from", "p9"), "--from"),
    (("diff", "--from", "soon"), "--from"),
    (("diff", "--from", "p1", "--to", "p9"), "--to"),
    (("diff", "--from", "p1", "--at", "soon"), "--at"),
    (("diff", "--from", "p1", "--late-days", "many"), "--late-days"),
    (("archive", "--from", "soon", "--to", "2025-01-01"), "--from"),
    (("archive", "--from", "2025-01-01", "--to", "2025-01-01"), "--to"),
)
STRANGE = (
    (("view", "order-board", "o-1", "--know-at", "p1"), "--know-at", "--known-at"),
    (("ask", "continuity-at-award", "--ordre", "o-1"), "--ordre", "--order"),
    (("diff", "--from", "p1", "--late_dayz", "3"), "--late-dayz", "--late-days"),
)


@pytest.mark.parametrize("mode", ["--simulated", "--real"])
def test_a_moment_without_an_answer_names_its_option(unmade: Settings, mode: str):
    assert ran(("init", mode), environment(unmade))[0] == FINE
    for arguments, option in TOLD:
        code, _, stderr = ran(arguments, environment(unmade))
        assert (code, stderr.startswith(f"liggare: {option}: ")) == (USAGE, True), (arguments, stderr)


@pytest.mark.parametrize(("arguments", "written", "meant"), STRANGE)
def test_an_option_that_there_is_not_is_told_with_the_nearest(
    unmade: Settings, arguments: tuple[str, ...], written: str, meant: str
):
    assert ran(("init", "--simulated"), environment(unmade))[0] == FINE
    code, _, stderr = ran(arguments, environment(unmade))
    said = f"liggare: there is no option {written}; menade du / did you mean: {meant}"
    assert (code, stderr.startswith(said)) == (USAGE, True), stderr


def test_in_real_time_a_moment_after_the_last_event_is_known(unmade: Settings):
    assert ran(("init", "--real"), environment(unmade))[0] == FINE
    code, stdout, stderr = ran(("reperform", "--until", datetime.now(UTC).isoformat()), environment(unmade))
    assert (code, "1 decision (0 refusals), 1 the same" in stdout) == (FINE, True), stderr
