"""The server of the demonstration: `liggare serve` as a process of its own, as anybody would run it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from api.settings import Settings
from ledger.errors import Unsafe

PROGRAM = (sys.executable, "-c", "from api.cli import main; main()")
LOG_NAME = "demo-server.log"
STOP_SECONDS_MAX = 30


@contextmanager
def server_process(settings: Settings) -> Iterator[str]:
    """Serve the environment's ledger on a free port; yields the URL. Raises Unsafe with its last words."""
    log = settings.state_dir / LOG_NAME
    with log.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603  this very program
            (*PROGRAM, "serve", "--port", "0", "--simulated", "--json"),
            stdout=subprocess.PIPE, stderr=errors, env=os.environ.copy(),
        )  # fmt: skip
    try:
        line = process.stdout.readline() if process.stdout else b""
        if not line:
            process.wait(STOP_SECONDS_MAX)
            raise Unsafe(f"the server did not start: {_last_words(log.read_text('utf-8', 'replace'))}")
        yield str(json.loads(line)["url"])
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def _last_words(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
