"""Runs the server: on loopback, on a thread of this process, or for as long as the process lasts."""

import ipaddress
import logging
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from api.app import application
from api.confirming import confirming
from api.opening import Mode, opened
from api.parts import Parts
from api.place import place_of
from api.policies import require_unedited
from api.settings import Settings
from ledger.errors import Unsafe

LOOPBACK = "127.0.0.1"
START_SECONDS_MAX = 30.0
STOP_SECONDS_MAX = 15


@contextmanager
def running_server(settings: Settings, mode: Mode | None = None) -> Iterator[str]:
    """Everything that serving takes, in this process: yields the base URL. Port 0 chooses a free one.

    ``mode`` is what a ledger without genesis becomes. Raises Unsafe.
    """
    with place_of(settings) as place, opened(place, settings, mode, seal=True) as parts:
        require_unedited(parts.log)
        with confirming(place.serve_url, settings.others), serving(parts, settings.port) as url:
            yield url


@contextmanager
def serving(parts: Parts, port: int) -> Iterator[str]:
    """Serve these parts on a thread until the context ends; yields the base URL."""
    listener = listening(LOOPBACK, port)
    server = uvicorn.Server(config_of(parts))
    thread = threading.Thread(target=server.run, args=([listener],), name="http", daemon=True)
    thread.start()
    try:
        _await_started(server, thread)
        yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=STOP_SECONDS_MAX + 5)
        listener.close()


def serve_until_stopped(parts: Parts, listener: socket.socket) -> None:
    """Serve on the main thread until SIGINT or SIGTERM; requests under way are answered first."""
    run_until_stopped(config_of(parts), listener)


def run_until_stopped(config: uvicorn.Config, listener: socket.socket) -> None:
    """Run any server so."""
    _Foreground(config).run([listener])


class _Foreground(uvicorn.Server):
    """Takes a signal as a wish to stop; the plain one raises it again, and nothing would be closed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle the signals while serving."""
        before = {
            signum: signal.signal(signum, self.handle_exit) for signum in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for signum, handler in before.items():
                signal.signal(signum, handler)


def listening(host: str, port: int) -> socket.socket:
    """A socket on a loopback address. Raises Unsafe for any other: nobody's identity is checked yet."""
    if not ipaddress.ip_address(host).is_loopback:
        raise Unsafe("until identity comes the server binds to loopback addresses only")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio does not send at once (TCP_NODELAY) and every answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise Unsafe(
            f"port {port} cannot be used: {error.strerror}; choose another with LIGGARE_PORT"
        ) from error
    listener.listen(1024)
    return listener


def config_of(parts: Parts) -> uvicorn.Config:
    """How the ledger's server runs."""
    return limited(application(parts))


def limited(app: ASGIApp) -> uvicorn.Config:
    """How a server runs: no access log (paths hold ids), and limits on connections and idle time."""
    log: dict[str, Any] = {"version": 1, "disable_existing_loggers": False}
    return uvicorn.Config(
        app,
        log_config=log,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        lifespan="off",
        limit_concurrency=2000,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
        h11_max_incomplete_event_size=32 * 1024,
        proxy_headers=False,
    )


def _await_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise Unsafe("the server did not start")
        time.sleep(0.01)
