"""Load a model and run it once, in a child process that may crash.

``admission.py`` starts this module. It prints one JSON object: what happened, and how
much memory the tensors took.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, Final

_GAP: Final = 2**20


def probe(
    path: str,
    backend: str | None,
    *,
    delegate: str | None = None,
    input_shapes: Sequence[Sequence[int]] | None = None,
    measure: bool = False,
) -> dict[str, Any]:
    """Load and invoke a model, and return what happened.

    Args:
        path: The model's file.
        backend: A backend's name; None takes the first that is installed.
        delegate: Hardware inside the backend; None means its default.
        input_shapes: Shapes of the inputs; None means the file's own.
        measure: Also find out how much memory its tensors take.
    """
    from ....errors import EdgeVisionError
    from ...interpreter import Interpreter

    report: dict[str, Any] = {"ok": False}
    try:
        interpreter = Interpreter(
            path,
            backend=backend,
            threads=1,
            delegate=delegate,
            input_shapes=input_shapes,
        )
    except EdgeVisionError as error:
        return {**report, "stage": "load", "words": str(error)}
    report["backend"] = f"{interpreter.backend} {interpreter.backend_version}"
    try:
        interpreter.invoke()
    except EdgeVisionError as error:
        return {**report, "stage": "invoke", "words": str(error)}
    report |= {"ok": True, "stage": "", "words": ""}
    report["outputs"] = [view.shape for view in interpreter.outputs_now()]
    # The built-in kernels measure the file's own shapes, without any hardware.
    own = measure and input_shapes is None and delegate is None
    return {**report, "arena": arena_bytes(path, backend) if own else None}


def arena_bytes(path: str, backend: str | None) -> int | None:
    """Return how much memory the built-in kernels' tensors take at once.

    The tensors that are computed share one block; its extent is that of their
    addresses. None when the backend does not show them, or when the built-in kernels
    cannot run the model.

    Args:
        path: The model's file.
        backend: A backend's name; None takes the first that is installed.
    """
    from ...interpreter import find_backend
    from ...tflite import ModelFile

    chosen = find_backend(backend)
    types = chosen.module.OpResolverType
    try:
        native = chosen.interpreter(
            model_path=path,
            num_threads=1,
            experimental_op_resolver_type=types.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        native.allocate_tensors()
    except (RuntimeError, ValueError):
        return None  # XNNPACK has operations that the built-in kernels lack
    spans = []
    for tensor in ModelFile.open(path).tensors:
        if tensor.is_constant or tensor.is_variable:
            continue
        try:
            view = native.tensor(tensor.index)()
        except (ValueError, RuntimeError):
            continue
        start = int(view.__array_interface__["data"][0])
        spans.append((start, start + int(view.nbytes)))
    return _largest_block(sorted(spans))


def _largest_block(spans: list[tuple[int, int]]) -> int | None:
    """Return the extent of the largest group of spans that lie near each other."""
    best: int | None = None
    start = end = 0
    for low, high in spans:
        # Tensors of a size that is only known later are allocated elsewhere.
        if not end or low - end > _GAP:
            start, end = low, high
        end = max(end, high)
        best = max(best or 0, end - start)
    return best


def main(arguments: list[str]) -> None:
    """Print what :func:`probe` returns.

    Args:
        arguments: The parent's process id, the processor time in seconds that this
            process may take, and JSON: an object of the arguments of :func:`probe`.
    """
    from ...process import limit_this_process

    parent, seconds, wanted = arguments
    limit_this_process(int(parent), cpu_seconds=int(seconds), more_bytes=2 * 2**30)
    report = probe(**json.loads(wanted))
    sys.stdout.write(json.dumps(report) + "\n")
