"""Random bytes: as many as asked for, never twice, not across a fork or between threads."""

import os
import threading

from ledger.noise import noise


def test_bytes_are_as_many_as_asked_for_and_never_the_same():
    drawn = [noise(32) for _ in range(2000)]
    assert {len(one) for one in drawn} == {32}
    assert len(set(drawn)) == len(drawn)
    assert len(noise(100_000)) == 100_000


def test_threads_draw_from_stores_of_their_own():
    drawn = []
    threads = [threading.Thread(target=lambda: drawn.extend(noise(16) for _ in range(500))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(drawn)) == 4000


def test_nothing_fetched_before_a_fork_is_given_out_after_it():
    noise(1)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, noise(16))
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 16) != noise(16)
    os.close(read)
    os.close(write)
