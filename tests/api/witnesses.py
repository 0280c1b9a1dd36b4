"""Witnesses for tests: in this process, or as a process to be killed."""

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import uvicorn

from api.running import LOOPBACK, limited, listening
from api.witness.asking import AskedWitness
from api.witness.keeping import Witness, opened_witness
from api.witness.service import witness_application
from ledger.proof.cosignature import parsed_witness, witness_key
from tests.api.servers import LIGGARE
from tests.proof.logs import KEY

NAME = "region.example/witness"


@contextmanager
def served_witness(home: Path, clock=time.time, log=KEY.verifier) -> Iterator[tuple[AskedWitness, Witness]]:
    """A witness over HTTP on a thread of this process."""
    with opened_witness(home, [log], NAME, clock) as witness:
        listener = listening(LOOPBACK, 0)
        server = uvicorn.Server(limited(witness_application(witness)))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
            yield AskedWitness(url, witness_key(witness.key)), witness
        finally:
            server.should_exit = True
            thread.join(timeout=20)
            listener.close()


@contextmanager
def witness_process(home: Path, *more: str) -> Iterator[tuple[AskedWitness, subprocess.Popen[str]]]:
    """A witness as the program runs it; killed at the end if it still runs."""
    command = [*LIGGARE, "witness", "--state", str(home), "--log", KEY.verifier.text, "--port", "0", "--json"]
    with subprocess.Popen([*command, *more], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = msgspec.json.decode(process.stdout.readline())
            yield AskedWitness(told["url"], parsed_witness(told["witness_key"])), process
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
