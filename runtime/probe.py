"""Load a model once and run it once, in a process that may die of it.

``gate.py`` starts this module as a child. It prints one JSON object: what happened, and
what an interpreter allocated.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def probe(path: str, backend: str | None) -> dict[str, Any]:
    """Load and invoke a model, and return what was seen.

    Args:
        path: The model's file.
        backend: A backend's name; None takes the first that is installed.
    """
    from ..errors import EdgeVisionError
    from .interpreter import Interpreter

    found: dict[str, Any] = {"ok": False}
    try:
        interpreter = Interpreter(path, backend=backend, threads=1)
    except EdgeVisionError as error:
        return {**found, "stage": "load", "words": str(error)}
    found["backend"] = f"{interpreter.backend} {interpreter.backend_version}"
    try:
        interpreter.invoke()
    except EdgeVisionError as error:
        return {**found, "stage": "invoke", "words": str(error)}
    return {**found, "ok": True, "stage": "", "words": ""}


def main(arguments: list[str]) -> None:
    """Print what :func:`probe` saw.

    Args:
        arguments: The model's path; a backend's name or an empty text.
    """
    _limit()
    path, backend = arguments
    sys.stdout.write(json.dumps(probe(path, backend or None)) + "\n")


def _limit() -> None:
    """Let a model that wants more memory than there is fail here, not elsewhere."""
    import os

    try:
        import resource

        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        # Address space is more than memory: libraries and threads' stacks are mapped.
        limit = memory + 2 * 2**30
        if sys.maxsize > 2**32:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        return


if __name__ == "__main__":
    main(sys.argv[1:])
