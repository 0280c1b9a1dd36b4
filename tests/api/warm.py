"""The program in a process of its own, forked from one that has imported it: a fresh one takes a second."""

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from api.cli import main
from api.cli.commands import COMMANDS

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__, *(f"api.cli.{name.replace('-', '_')}" for name in COMMANDS)])


def ran(arguments: Sequence[str], environment: Mapping[str, str], seconds: int = 100) -> tuple[int, str, str]:
    """What `liggare` with these arguments comes to: exit code, standard output, standard error.

    Raises TimeoutError.
    """
    with tempfile.TemporaryDirectory(prefix="liggare-test-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        process = _CONTEXT.Process(target=_main, args=(arguments, dict(environment), out, err))
        process.start()
        process.join(seconds)
        if process.is_alive():
            process.kill()
            raise TimeoutError(f"liggare {' '.join(arguments)}")
        code = process.exitcode
        process.close()
        return code or 0, out.read_text(), err.read_text()


def _main(arguments: Sequence[str], environment: Mapping[str, str], *files: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for stream, file in enumerate(files, 1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), stream)
    sys.argv = ["liggare", *arguments]
    main()
