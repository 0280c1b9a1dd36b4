"""A process that appends until it is stopped, and prints each acknowledged command on a line of its own."""

import sys
import threading

from ledger.errors import LedgerError
from ledger.store.postgres import PostgresLog
from tests.store.log.appends import append


def write(log, count, acknowledge, stop=None):
    """Append ``count`` commands, or until ``stop``; tell each outcome; ask again until there is one."""
    for k in range(count):
        command = append((f"thing:{k % 7}",), (f"thing:{k % 5}",))
        while not (stop and stop.is_set()):
            try:
                acknowledge(command, log.append(command))
                break
            except LedgerError:
                continue
        if stop and stop.is_set():
            return


def main(url, threads, count):
    """Append from several threads of this process."""
    log = PostgresLog(url, mode="simulated")

    def acknowledge(command, outcome):
        sys.stdout.write(f"{command.command_id} {outcome.first} {outcome.last}\n")
        sys.stdout.flush()

    writers = [threading.Thread(target=write, args=(log, count, acknowledge)) for _ in range(threads)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    log.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
