"""A tiny classifier whose answer is known: how red, green and blue a picture is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .tiny_tflite import (
    LOGISTIC,
    MEAN,
    QUANTIZE,
    REDUCER_OPTIONS,
    SOFTMAX,
    SOFTMAX_OPTIONS,
    Operator,
    Tensor,
    build,
)

# What a SOFTMAX or LOGISTIC must put out: 1/256 a step, the whole range.
PROBABILITY = {"uint8": (1 / 256, 0), "int8": (1 / 256, -128), "float32": (None, 0)}


def color_model(
    dtype: str = "uint8",
    *,
    size: tuple[int, int] = (8, 8),
    scale: float = 1.0,
    zero_point: int = 0,
    end: str = "mean",
    signature: Sequence[int] | None = None,
) -> bytes:
    """Return a model: picture (1, H, W, 3) to three numbers (1, 3).

    Args:
        dtype: uint8, int8 or float32, in and out.
        size: Width and height.
        scale: Of the input (and of the mean); ignored for float32.
        zero_point: Of the input (and of the mean).
        end: mean (the channel means themselves), softmax or sigmoid over them.
        signature: The input's dynamic shape, with -1.
    """
    width, height = size
    quantized = dtype != "float32"
    real = {"scale": scale, "zero_point": zero_point} if quantized else {}
    inner = "int8" if dtype == "uint8" and end != "mean" else dtype
    shift = -128 if inner != dtype else 0
    tensors = [
        Tensor((1, height, width, 3), dtype, name="image", signature=signature, **real),
        Tensor((2,), "int32", data=np.asarray([1, 2], np.int32), name="axes"),
        Tensor((1, 3), dtype, name="means", **real),
    ]
    version = {"float32": 1, "uint8": 2, "int8": 2}[dtype]
    operators = [
        Operator(
            MEAN,
            [0, 1],
            [2],
            version=version,
            options_type=REDUCER_OPTIONS,
            options={0: ("bool", False)},
        )
    ]
    last = 2
    if end != "mean":
        if inner != dtype:
            tensors.append(
                Tensor((1, 3), inner, scale, zero_point + shift, name="means8")
            )
            operators.append(Operator(QUANTIZE, [2], [3], version=1))
            last = 3
        step, offset = PROBABILITY[inner]
        tensors.append(Tensor((1, 3), inner, step, offset, name="scores8"))
        code, kind = (SOFTMAX, SOFTMAX_OPTIONS) if end == "softmax" else (LOGISTIC, 0)
        operators.append(
            Operator(
                code,
                [last],
                [last + 1],
                version=2 if quantized else 1,
                options_type=kind,
                options={0: ("f32", 1.0)} if kind else {},
            )
        )
        last += 1
        if inner != dtype:
            step, offset = PROBABILITY[dtype]
            tensors.append(Tensor((1, 3), dtype, step, offset, name="scores"))
            operators.append(Operator(QUANTIZE, [last], [last + 1], version=2))
            last += 1
    return build(tensors, operators, [0], [last])
