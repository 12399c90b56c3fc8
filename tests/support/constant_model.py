"""A model whose outputs are known, whatever the picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .tiny_tflite import (
    ADD,
    ADD_OPTIONS,
    FULLY_CONNECTED,
    FULLY_CONNECTED_OPTIONS,
    MEAN,
    REDUCER_OPTIONS,
    Operator,
    Tensor,
    build,
)


def constant_model(outputs: Sequence[np.ndarray], *, size: tuple[int, int]) -> bytes:
    """Return a float model: constants, plus nothing times a picture's mean.

    Args:
        outputs: float32 arrays of up to four axes.
        size: Width and height of the picture.
    """
    tensors = [
        Tensor((1, size[1], size[0], 3), name="image"),
        Tensor((3,), "int32", data=np.asarray([1, 2, 3], np.int32), name="axes"),
        Tensor((1,), name="mean"),
        Tensor((1, 1), data=np.zeros((1, 1), np.float32), name="nothing"),
        Tensor((1, 1), name="zero"),
    ]
    keep = {0: ("bool", False)}
    operators = [
        Operator(MEAN, [0, 1], [2], 1, "", REDUCER_OPTIONS, keep),
        Operator(FULLY_CONNECTED, [2, 3, -1], [4], 1, "", FULLY_CONNECTED_OPTIONS),
    ]
    made = []
    for i, values in enumerate(outputs):
        array = np.asarray(values, np.float32)
        at = len(tensors)
        tensors += [
            Tensor(array.shape, data=array, name=f"known {i}"),
            Tensor(array.shape, name=f"output {i}"),
        ]
        operators.append(Operator(ADD, [at, 4], [at + 1], 1, "", ADD_OPTIONS))
        made.append(at + 1)
    return build(tensors, operators, [0], made)
