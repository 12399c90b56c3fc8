"""A model file whose inputs have other shapes than the file states."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace

from .graph import Tensor
from .model_file import ModelFile

Shapes = Sequence[Sequence[int]]


def resized(model: ModelFile, inputs: Shapes, outputs: Shapes) -> ModelFile:
    """Return the same file with the shapes that an interpreter was resized to.

    Args:
        model: The file; it stays as it is.
        inputs: One shape per input.
        outputs: One shape per output, as the interpreter has it then.
    """
    other = copy(model)
    taken = _with_shapes(model.input_tensors, inputs)
    returned = _with_shapes(model.output_tensors, outputs)
    # All four are cached properties.
    vars(other).update(
        input_tensors=taken,
        inputs=tuple(tensor.spec for tensor in taken),
        output_tensors=returned,
        outputs=tuple(tensor.spec for tensor in returned),
    )
    return other


def _with_shapes(tensors: Sequence[Tensor], shapes: Shapes) -> tuple[Tensor, ...]:
    return tuple(
        replace(tensor, shape=tuple(map(int, shape)), shape_signature=())
        for tensor, shape in zip(tensors, shapes, strict=True)
    )
