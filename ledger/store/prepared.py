"""A prepared statement asked straight through libpq: one wait, in which the interpreter is given up once.

psycopg's cursors send, wait and fetch in steps that each give up the interpreter; among many threads, getting
it back costs more than the statement. Only for connections in autocommit.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import WeakSet

import psycopg
from psycopg import pq
from psycopg.errors import error_from_result

Connection = psycopg.Connection[Any]
_numbers = count()


class Prepared:
    """One statement, prepared on each connection when it is first asked there.

    ``statement`` has the server's own placeholders; values and answers are in PostgreSQL's binary format.
    """

    def __init__(self, statement: str) -> None:
        self._name = f"ledger-{next(_numbers)}".encode()
        self._statement = statement.encode()
        self._known: WeakSet[pq.abc.PGconn] = WeakSet()

    def ask(self, connection: Connection, values: Sequence[bytes]) -> pq.abc.PGresult:
        """The answer. Raises psycopg.Error, OperationalError for a lost connection."""
        line = self._prepared(connection)
        return _checked(line, line.exec_prepared(self._name, values, _binary(values), pq.Format.BINARY))

    def send(self, connection: Connection, values: Sequence[bytes]) -> None:
        """Ask without waiting; nothing else is asked there until it is `answered`. Raises psycopg.Error."""
        line = self._prepared(connection)
        line.send_query_prepared(self._name, values, _binary(values), pq.Format.BINARY)

    def _prepared(self, connection: Connection) -> pq.abc.PGconn:
        line = connection.pgconn
        if line not in self._known:
            _checked(line, line.prepare(self._name, self._statement))
            self._known.add(line)
        return line


def answered(connection: Connection) -> pq.abc.PGresult:
    """The answer to what was sent. Raises psycopg.Error, OperationalError for a lost connection."""
    line = connection.pgconn
    answer, more = line.get_result(), line.get_result()
    if answer is None or more is not None:
        raise psycopg.OperationalError("the connection was lost")
    return _checked(line, answer)


def _binary(values: Sequence[bytes]) -> list[int]:
    return [pq.Format.BINARY] * len(values)


def _checked(line: pq.abc.PGconn, answer: pq.abc.PGresult) -> pq.abc.PGresult:
    if answer.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        return answer
    if line.status == pq.ConnStatus.BAD:
        raise psycopg.OperationalError("the connection was lost")
    raise error_from_result(answer)
