"""Streams in a process with little memory: however long the log and however large its events."""

import subprocess
import sys

from tests.store.log.appends import append

STREAMS = """
import resource, sys
from contextlib import closing
from ledger.store.postgres import PostgresLog
from ledger.store.verify import verify
with closing(PostgresLog(sys.argv[1], mode="simulated")) as log:
    log.head()
    resource.setrlimit(resource.RLIMIT_DATA, (250 * 2**20, resource.RLIM_INFINITY))
    streams = (log.tail(), log.tail(types=["large.v1"]), log.records(), log.bare())
    counted = [sum(1 for _ in stream) for stream in streams]
    print(*counted, verify(sys.argv[1]).events)
"""


def test_streams_need_little_memory(database, postgres_log):
    large = b'{"a":"' + b"x" * 2**20 + b'"}'
    for _ in range(30):
        postgres_log.append(append(*[(f"thing:{k}",) for k in range(1000)]))
    for _ in range(250):
        postgres_log.append(append(types=["large.v1"], facts=large))
    command = [sys.executable, "-c", STREAMS, database.serve_url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["30250", "250", "30250", "30250", "30250"], done.stderr[-500:]
