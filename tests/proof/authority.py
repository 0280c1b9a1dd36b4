"""A time-stamping authority by `openssl ts`, with a CA of its own, for tests only: nothing of it is ours."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest

POLICY, OTHER_POLICY = "1.2.3.4.1", "1.2.3.4.2"
_CONFIG = f"""
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamps]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[stamps-not-critical]
extendedKeyUsage = timeStamping
[mail]
extendedKeyUsage = critical, emailProtection
[no-purpose]
basicConstraints = critical, CA:false
[authority]
serial = ./serial
signer_digest = sha256
default_policy = {POLICY}
other_policies = {OTHER_POLICY}
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def openssl(work: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command of openssl in a directory."""
    return subprocess.run(["openssl", *arguments], cwd=work, capture_output=True, check=False)


def require_openssl() -> None:
    """Skip, and say so in the summary, where nobody has the program; no package of PyPI brings it."""
    if shutil.which("openssl") is None:
        pytest.skip(
            "NO FOREIGN CHECK: the program openssl is not on this machine (Debian: apt install openssl)"
        )


@dataclass(frozen=True)
class Authority:
    """A directory with a CA, a certificate under it, and what `openssl ts` needs to stamp."""

    work: Path

    @property
    def roots(self) -> Path:
        return self.work / "ca.pem"

    def certify(self, name: str, purpose: str = "stamps", *, ca: str = "ca", days: int = 30) -> str:
        """A certificate for a new key; its name."""
        self._run(f"req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {name}.key "
                  f"-out {name}.csr -subj /CN={name} -config config")  # fmt: skip
        self._run(f"x509 -req -in {name}.csr -CA {ca}.pem -CAkey {ca}.key -set_serial {abs(hash(name))} "
                  f"-days {days} -extfile config -extensions {purpose} -out {name}.pem")  # fmt: skip
        return name

    def make_ca(self, name: str) -> str:
        """A certificate that signs itself; its name."""
        self._run(f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {name}.key "
                  f"-out {name}.pem -subj /CN={name} -days 30 -config config -extensions ca")  # fmt: skip
        return name

    def stamp(self, query: bytes, signer: str = "authority", *more: str) -> bytes:
        """Answer a request as this signer."""
        (self.work / "query").write_bytes(query)
        self._run(f"ts -reply -config config -section authority -queryfile query -signer {signer}.pem "
                  f"-inkey {signer}.key -out answer", *more)  # fmt: skip
        return (self.work / "answer").read_bytes()

    def verifies(self, content: bytes, der: bytes, roots: str = "ca") -> bool:
        """Whether `openssl ts -verify` accepts an answer over these bytes."""
        (self.work / "content").write_bytes(content)
        (self.work / "kept.tsr").write_bytes(der)
        return self._ran(f"ts -verify -in kept.tsr -data content -CAfile {roots}.pem").returncode == 0

    def _ran(self, command: str, *more: str) -> subprocess.CompletedProcess[bytes]:
        return openssl(self.work, *command.split(), *more)

    def _run(self, command: str, *more: str) -> None:
        ran = self._ran(command, *more)
        assert ran.returncode == 0, ran.stderr.decode()


@contextmanager
def authority() -> Iterator[Authority]:
    """An authority of the test's own, gone after it."""
    require_openssl()
    with TemporaryDirectory(prefix="liggare-tsa-") as name:
        made = Authority(Path(name))
        (made.work / "config").write_text(_CONFIG)
        (made.work / "serial").write_text("01\n")
        made.make_ca("ca")
        made.certify("authority")
        yield made


@contextmanager
def listening(answer) -> Iterator[str]:
    """An HTTP server on loopback; ``answer`` takes its handler and the body, and answers. Yields its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with suppress(OSError):  # who asked went away
                answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def reply(handler: BaseHTTPRequestHandler, body: bytes, kind: str = "application/timestamp-reply") -> None:
    """Answer with a body of a media type."""
    handler.send_response(200)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
