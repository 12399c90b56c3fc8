"""Estimate the memory that a model's tensors need while it runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from .model_file import ModelFile


def activation_bytes(
    model: ModelFile, shapes: Mapping[int, Sequence[int]] | None = None
) -> int:
    """Return the most that is alive at once between the main graph's operators.

    A tensor lives from the operator that makes it to the last one that reads it. An
    interpreter needs at least this; its kernels' own buffers come on top.

    Args:
        model: The file.
        shapes: Shapes of tensors that differ from the stated ones, by their index.
    """
    shapes = shapes or {}
    tensors = model.tensors
    operators = model.operators
    end = len(operators)
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for spec in model.inputs:
        first[spec.index] = 0
    for position, operator in enumerate(operators):
        for index in operator.outputs:
            first.setdefault(index, position)
            last[index] = position
        for index in operator.inputs:
            if index >= 0 and not tensors[index].is_constant:
                first.setdefault(index, 0)
                last[index] = position
    for spec in (*model.inputs, *model.outputs):
        last[spec.index] = end
    changes = [0] * (end + 2)
    for index, start in first.items():
        shape = shapes.get(index, tensors[index].shape)
        size = math.prod(shape) * tensors[index].value_bytes
        changes[start] += size
        changes[last.get(index, start) + 1] -= size
    alive = most = 0
    for change in changes:
        alive += change
        most = max(most, alive)
    return most
