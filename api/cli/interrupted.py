"""Ctrl-C: one line and an exit code of its own, also while the program still imports."""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

CODE = 130  # as of a shell: 128 and the number of the signal
SAID = "avbruten / interrupted"
_DOCUMENT = f'{{"error":"{SAID}","exit_code":{CODE}}}\n'.encode()
_heard = False


def heed() -> None:
    """End at once while nothing is under way; whoever starts the program deaf to Ctrl-C keeps it so."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _at_once)


def begin() -> None:
    """From now on work is under way, which ends in order."""
    if signal.getsignal(signal.SIGINT) is _at_once:
        signal.signal(signal.SIGINT, _in_order)


def leave() -> None:
    """All is done and said: what is left ends without being asked."""
    if signal.getsignal(signal.SIGINT) in (_at_once, _in_order):
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def heard() -> bool:
    """Whether Ctrl-C was heard since work began: what then fails, fails because of it."""
    return _heard


def _at_once(_signum: int, _frame: FrameType | None) -> None:
    with suppress(OSError):
        os.write(2, f"liggare: {SAID}\n".encode())
        if "--json" in sys.argv:
            os.write(1, _DOCUMENT)
    os._exit(CODE)


def _in_order(_signum: int, _frame: FrameType | None) -> None:
    global _heard  # noqa: PLW0603  a signal has nowhere else to leave word
    _heard = True
    import logging  # noqa: PLC0415  there by now; before work begins it would take too long

    logging.disable()  # what libraries would warn of comes of it
    raise KeyboardInterrupt
