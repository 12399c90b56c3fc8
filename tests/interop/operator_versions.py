"""Find the highest version of each operator that the installed runtimes accept.

Each builtin operator is offered in a model that holds nothing else, in rising versions.
A runtime looks up all operators before it does anything, and "Registration failed" for
one that it does not have; any other outcome means that it has it. Run it in an
environment with the runtime in question; it prints what belongs into
``runtime/tflite/operator_versions.py``:

    python tests/interop/operator_versions.py
"""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from edgevision.converters.write.flatbuffer_writer import (  # noqa: E402
    Items,
    Numbers,
    Scalar,
    TableToWrite,
    write,
)
from edgevision.runtime.interpreter.backends import find_backend  # noqa: E402
from edgevision.runtime.tflite import schema  # noqa: E402
from support.tiny_models import tensor  # noqa: E402

HIGHEST = 20


def one_operator(code: int, version: int) -> bytes:
    """Return a model of one operator."""
    graph = TableToWrite(
        {
            0: Items(
                [tensor("in", [1, 4], "FLOAT32"), tensor("out", [1, 4], "FLOAT32")]
            ),
            1: Numbers("i", [0]),
            2: Numbers("i", [1]),
            3: Items(
                [
                    TableToWrite(
                        {
                            0: Scalar("I", 0),
                            1: Numbers("i", [0]),
                            2: Numbers("i", [1]),
                        }
                    )
                ]
            ),
        }
    )
    kind = TableToWrite(
        {
            0: Scalar("b", min(code, 127)),
            2: Scalar("i", version),
            3: Scalar("i", code),
        }
    )
    root = {
        0: Scalar("I", 3),
        1: Items([kind]),
        2: Items([graph]),
        4: Items([TableToWrite({})]),
    }
    return write(TableToWrite(root), schema.IDENTIFIER)


def is_known(interpreter: type, data: bytes) -> bool:
    """Return whether a runtime has the operator; asked in a child, which may crash."""
    child = os.fork()
    if child == 0:
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        try:
            interpreter(model_content=data)
        except (ValueError, RuntimeError) as error:
            # "Didn't find op ..." and "builtin_code out of range" both end in this.
            os._exit(1 if "Registration failed" in str(error) else 0)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return status != 256


def main() -> None:
    """Print the table of the installed runtime."""
    backend = find_backend()
    found = []
    for code, name in enumerate(schema.BUILTIN_OPERATORS):
        if code == schema.CUSTOM:
            continue
        known = [
            version
            for version in range(1, HIGHEST + 1)
            if is_known(backend.interpreter, one_operator(code, version))
        ]
        # A few are registered from a version above 1 on.
        if known:
            found.append(f"{name}:{max(known)}")
    sys.stdout.write(f"# {backend.name} {backend.version}\n")
    sys.stdout.write(textwrap.fill(" ".join(sorted(found)), 84) + "\n")


if __name__ == "__main__":
    main()
