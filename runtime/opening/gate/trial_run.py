"""Load a model and run it once, in a child process that may crash.

``admission.py`` starts this module. It prints one JSON object: what happened, and how
much memory the tensors took.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Sequence
from typing import Any, Final

from ...process import SealedFile

_GAP: Final = 2**20
# Words of the runtime go through a file; compilers of hardware keep what they make.
_FILE_BYTES: Final = 64 * 2**20


def probe(
    model: str | SealedFile,
    backend: str | None,
    *,
    delegate: str | None = None,
    input_shapes: Sequence[Sequence[int]] | None = None,
    measure: bool = False,
) -> dict[str, Any]:
    """Load and invoke a model, and return what happened.

    Args:
        model: The model's bytes, or its path.
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
            model,
            backend=backend,
            threads=1,
            delegate=delegate,
            input_shapes=input_shapes,
        )
    except EdgeVisionError as error:
        return {**report, "stage": "load", "words": str(error)}
    report["backend"] = f"{interpreter.backend} {interpreter.backend_version}"
    for position in range(len(interpreter.inputs)):
        # What the memory held before is luck: a loop could end on it, or not.
        interpreter.input(position)[...] = 0
    try:
        interpreter.invoke()
    except EdgeVisionError as error:
        return {**report, "stage": "invoke", "words": str(error)}
    report |= {"ok": True, "stage": "", "words": ""}
    report["outputs"] = [view.shape for view in interpreter.outputs_now()]
    # The built-in kernels measure the file's own shapes, without any hardware.
    own = measure and input_shapes is None and delegate is None
    arena = arena_bytes(interpreter.content, backend) if own else None
    return {**report, "arena": arena}


def arena_bytes(content: SealedFile, backend: str | None) -> int | None:
    """Return how much memory the built-in kernels' tensors take at once.

    The tensors that are computed share one block; its extent is that of their
    addresses. None when the backend does not show them, or when the built-in kernels
    cannot run the model.

    Args:
        content: The model's bytes.
        backend: A backend's name; None takes the first that is installed.
    """
    from ...interpreter import find_backend
    from ...tflite import ModelFile

    chosen = find_backend(backend)
    types = chosen.module.OpResolverType
    try:
        native = chosen.interpreter(
            model_path=content.place or None,
            model_content=None if content.place else bytes(content.data),
            num_threads=1,
            experimental_op_resolver_type=types.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        native.allocate_tensors()
    except (RuntimeError, ValueError):
        return None  # XNNPACK has operations that the built-in kernels lack
    spans = []
    for tensor in ModelFile.of(content).tensors:
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
            process may take, and JSON: an object of the arguments of :func:`probe`,
            where ``model`` is what messages call the file that ``descriptor`` holds.
    """
    from ....errors import EdgeVisionError
    from ...interpreter import DELEGATES, find_backend
    from ...process import limit_memory, limit_this_process

    parent, seconds, words = arguments
    limit_this_process(int(parent), cpu_seconds=int(seconds), file_bytes=_FILE_BYTES)
    wanted = json.loads(words)
    content = SealedFile.inherited(wanted.pop("descriptor"), wanted.pop("model"))
    with contextlib.suppress(EdgeVisionError, ValueError):
        # Before the limit: what libraries map is no matter of the model's. What is
        # wrong with a backend is said below.
        find_backend(wanted["backend"])
    driver = wanted["delegate"] is not None and wanted["delegate"] not in DELEGATES
    limit_memory(maps_freely=driver)
    report = probe(content, **wanted)
    sys.stdout.write(json.dumps(report) + "\n")
