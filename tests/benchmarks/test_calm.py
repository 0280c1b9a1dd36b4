"""What stands of several tries of a stage: the machine decides, never what was measured."""

import os
import sys
from io import StringIO
from pathlib import Path
from subprocess import PIPE, Popen
from time import monotonic, sleep

import pytest
from rich.console import Console

from benchmarks.national.calm import CALM, Loop, Machine, machine
from benchmarks.national.kept import Kept
from benchmarks.national.pages import LOOPS, loops
from benchmarks.national.plan import Plan
from benchmarks.national.run import main
from benchmarks.national.running import Running
from benchmarks.national.stages import Stage

QUIET, BUSY, BUSIER = 100.0, 150.0, 180.0


class Told(Machine):
    """A machine whose loops are told: calm once those are used up."""

    def __init__(self, *medians):
        super().__init__(None, QUIET)
        self.medians = list(medians)

    def loop(self):
        return Loop(self.medians.pop(0) if self.medians else QUIET, QUIET)


@pytest.fixture
def running(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.national.running.apart", lambda work, *args: work(*args))
    monkeypatch.setattr("benchmarks.national.running.PAUSE_S", 0)

    def of(*medians):
        kept = Kept.of(tmp_path, Plan(events=3_000))
        return Running(Told(*medians), kept, None, kept.plan, Console(file=StringIO()))

    return of


def stage(*rates):
    """A stage that measures these rates one after another."""
    left = list(rates)
    return Stage("one", "doing one", lambda *_: {"rate": left.pop(0), "seconds": 1.0})


KILLED = """
from benchmarks.national.calm import machine
if __name__ == "__main__":
    with machine({}) as found:
        print(*found.pool._processes, flush=True)
        input()
"""


def runs(process):
    """Whether it is there, and not only waiting to be asked how it ended."""
    try:
        return bool((process / "cmdline").read_bytes())
    except OSError:
        return False


def test_a_run_that_is_killed_leaves_none_of_its_processes(tmp_path):
    (tmp_path / "run.py").write_text(KILLED)
    here = {**os.environ, "PYTHONPATH": "."}
    with Popen([sys.executable, tmp_path / "run.py"], stdin=PIPE, stdout=PIPE, env=here) as run:
        left = [Path("/proc", name) for name in run.stdout.readline().decode().split()]
        assert left
        assert all(map(runs, left))
        run.kill()
    ended = monotonic() + 30
    while (there := [one for one in left if runs(one)]) and monotonic() < ended:
        sleep(0.05)
    assert not there


def test_a_stage_is_kept_with_what_the_machine_was_like(running):
    run = running(QUIET, BUSY)
    run.each([stage(5)])
    assert run.kept.stages["one"]["loop_ms"] == {"before": QUIET, "after": BUSY, "least": QUIET}
    assert run.machine.around(run.kept.stages["one"]) == BUSY / QUIET > CALM


def test_the_calm_measurement_stands_though_it_was_the_slower_one(running):
    run, one = running(QUIET, BUSY), stage(9, 5)
    run.each([one])
    run.calmer([one], 1)
    assert run.kept.stages["one"]["rate"] == 5
    assert [told["rate"] for told in run.kept.stages["one"]["tries"]] == [9, 5]


def test_a_try_that_was_disturbed_more_is_told_but_does_not_stand(running):
    # each, calm?, before, after, calm?: then calm
    run, one = running(BUSY, QUIET, QUIET, QUIET, BUSIER, BUSY), stage(5, 9, 4)
    run.each([one])
    run.calmer([one], 1)
    found = run.kept.stages["one"]
    assert (found["rate"], [told["rate"] for told in found["tries"]]) == (4, [5, 9, 4])
    assert "not calmer, left as it was" in run.console.file.getvalue()


def test_the_most_disturbed_is_measured_again_first(running):
    asked = []
    first, second = (Stage(n, n, lambda *_, n=n: asked.append(n) or {"seconds": 1.0}) for n in ("a", "b"))
    run = running(BUSY, BUSY, BUSIER, BUSIER)
    run.each([first, second])
    run.calmer([first, second], 1)
    assert asked == ["a", "b", "b", "a"]


def test_what_was_calm_is_measured_once(running):
    run, one = running(), stage(5)
    run.each([one])
    run.calmer([one], 1)
    assert "tries" not in run.kept.stages["one"]


def test_when_the_time_is_over_what_was_measured_stands(running):
    run, one = running(*[BUSY] * 1_000), stage(5)
    run.each([one])
    run.calmer([one], 0)
    assert run.kept.stages["one"]["rate"] == 5
    assert "tries" not in run.kept.stages["one"]


def test_the_loop_runs_on_this_machine_and_knows_the_least_of_earlier_stages():
    with machine({"one": {"loop_ms": {"least": 0.5}}, "of old code": {}}) as found:
        assert found.least == 0.5
        assert found.loop().median > CALM * 0.5
        assert not found.calm()


def test_the_page_tells_of_each_stage_and_each_try():
    loop, calmer = {"before": 110.0, "after": 150.0, "least": 100.0}, {"before": 101.0, "after": 100.0}
    tries = [{"seconds": 4.2, "loop_ms": loop}, {"seconds": 3.0, "loop_ms": calmer}]
    stages = {
        "generate": {"seconds": 9.0},
        "verify_headers": {"seconds": 3.0, "loop_ms": calmer | {"least": 100.0}, "tries": tries},
        "fold": {"seconds": 2.5, "loop_ms": loop},
    }
    text, table = loops({"stages": stages})
    assert text == LOOPS.format(least="100", calm=CALM)
    assert "| verify headers | 1.01 | 1.00 | 4.2 s × 1.50, 3.0 s × 1.01 |" in table
    assert "| fold | 1.10 | 1.50 | 2.5 s × 1.50 |" in table
    assert "| generate | – | – | 9.0 s × – |" in table


@pytest.mark.parametrize("minutes", ["-1", "1.5", "nan", "", "10000", "soon"])
def test_minutes_that_are_none_are_refused(minutes, tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["--home", str(tmp_path / "home"), f"--calm={minutes}"])
    assert "no whole number of minutes" in capsys.readouterr().err
