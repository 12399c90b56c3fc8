"""Standard streams that a caller has closed, such as with ``>&-`` in a shell."""

from __future__ import annotations

import os
import sys


def open_closed_streams() -> None:
    """Let the streams that are closed lead nowhere.

    Else the next file that is opened takes a stream's place, and what a library prints
    lands in it.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest number that is free is this one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            mode = "w" if descriptor else "r"
            setattr(sys, name, open(descriptor, mode, closefd=False))  # noqa: SIM115
