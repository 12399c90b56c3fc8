"""Whether a model's tensors fit into the memory that is free, by arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....devices.memory import available_bytes
from ...tflite import ModelFile, activation_bytes
from .computed_shapes import computed_shapes

if TYPE_CHECKING:
    from ..run_shapes import RunShapes

# No board lacks it, and most models need a tenth of it.
_SMALL: Final = 16 * 2**20


def too_large(model: ModelFile, shapes: RunShapes | None = None) -> str:
    """Return why a model cannot be loaded here; empty when its tensors fit.

    A few numbers in a small file are enough for tensors of gigabytes, and what it
    states of them need not agree with what its operations compute.

    Args:
        model: The file, whose bounds are checked.
        shapes: Shapes of the inputs; None means the file's own.
    """
    inputs = None if shapes is None else shapes.inputs
    need = activation_bytes(model, computed_shapes(model, inputs))
    if need <= _SMALL:
        return ""
    free = available_bytes()
    if need <= free:
        return ""
    return (
        f"{model.path} needs {_size(need)} of memory for its tensors alone, and "
        f"{_size(free)} are free, so it is not opened. Close other programs, use a "
        "model with a smaller input, or pass --trust to load it all the same."
    )


def _size(count: int) -> str:
    if count < 10**9:
        return f"{count / 1e6:.0f} MB"
    # A hostile file states numbers of any length.
    return f"{count / 1e9:.1f} GB" if count < 10**15 else "more than 1000 TB"
