"""A proxy before PostgreSQL's socket that can fall silent: it takes connections, and passes nothing on."""

import socket
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

NAME = ".s.PGSQL.5432"


class Proxy:
    """Passes bytes both ways; after ``silence`` the connections made so far pass nothing on, for ever."""

    def __init__(self, target: Path, directory: Path) -> None:
        self._target = target
        self._silent = threading.Event()
        self._lines = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(directory / NAME))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def silence(self):
        """Let every connection there is fall silent; later ones work."""
        self._silent.set()
        self._silent = threading.Event()

    def close(self):
        """End everything."""
        for line in (self._listener, *self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self._target))
                self._lines += near, far
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=(*pair, self._silent), daemon=True).start()


def _pass_on(source, target, silent):
    with suppress(OSError):
        while data := source.recv(65536):
            if silent.is_set():
                return
            target.sendall(data)
        target.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxied(url, directory):
    """(proxy, the address through it) for a server on a local socket."""
    host = parse_qs(urlsplit(url).query)["host"][0]
    proxy = Proxy(Path(host) / NAME, directory)
    try:
        yield proxy, url.replace(quote(host, safe=""), quote(str(directory), safe=""))
    finally:
        proxy.close()
