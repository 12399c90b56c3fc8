"""The command that starts a child process of this Python, with its packages."""

from __future__ import annotations

import json
import os
import sys


def child_command(module: str, *arguments: str) -> list[str]:
    """Return the command that calls ``main(arguments)`` of a module in a child.

    The child finds packages where this process found them, however it was started.

    Args:
        module: The module's full name; it has a function ``main``.
        arguments: Texts for it.
    """
    code = (
        "import importlib, json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
        "importlib.import_module(sys.argv.pop(1)).main(sys.argv[1:])"
    )
    path = json.dumps([entry or os.getcwd() for entry in sys.path])
    return [sys.executable or "", "-c", code, path, module, *arguments]
