"""The command that starts a child process of this Python, and its variables.

A child is isolated: it imports from where this process does, but nothing that merely
lies in the current folder, since a file that is tried may lie beside a ``json.py`` of
its makers. Python reads no ``PYTHON...`` variable in it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from . import errors

# Before anything else is imported: the folders to import from.
_START: Final = (
    "import sys; sys.path[:] = sys.argv.pop(1).split('\\n'); import importlib; "
    "sys.exit(importlib.import_module(sys.argv.pop(1)).main(sys.argv[1:]))"
)
# What libraries need to be found and to write, and how words are shown. The others,
# such as the keys of services, are no matter of a child that tries a file.
_NEEDED: Final = (
    "PATH",
    "HOME",
    "TMPDIR",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "DYLD_LIBRARY_PATH",
    # Where address space is limited, NumPy cannot be imported without it.
    "OPENBLAS_NUM_THREADS",
    "SYSTEMROOT",
)


def child_command(module: str, *arguments: str) -> list[str]:
    """Return the command that calls ``main(arguments)`` of a module in a child.

    The child finds packages where this process found them, however it was started, and
    nothing that merely lies in the current folder.

    Args:
        module: The module's full name; it has a function ``main``.
        arguments: Texts for it.
    """
    python = [sys.executable or "", "-I", "-c", _START]
    return [*python, "\n".join(search_path()), module, *arguments]


def child_environment(*, all_of_them: bool = False) -> dict[str, str]:
    """Return the variables of a child process.

    Args:
        all_of_them: Keep all but Python's own, for libraries that have many variables
            of their own (TensorFlow, a driver); else the few that any program needs.
    """
    if all_of_them:
        return {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return {name: os.environ[name] for name in _NEEDED if name in os.environ}


def search_path() -> list[str]:
    """Return the folders that a child's modules come from, without the current one.

    The standard library comes first, so that nothing hides a module of it. The current
    folder stays where this very package lies in it (a checkout).
    """
    current = _real("")
    home = str(Path(errors.__file__).resolve().parents[1])
    library = os.path.dirname(os.path.realpath(os.__file__))
    places = [_real(entry) for entry in sys.path]
    kept = [place for place in places if place not in ("", current) or place == home]
    own = (library, os.path.join(library, "lib-dynload"))
    return [*(x for x in kept if x in own), *(x for x in kept if x not in own)]


def _real(entry: str) -> str:
    """Return a folder's own path; empty where the current folder was removed."""
    try:
        return os.path.realpath(entry)
    except FileNotFoundError:
        return ""
