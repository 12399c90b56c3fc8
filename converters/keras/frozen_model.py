"""A model as one function of fixed shapes, with its weights as constants."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import ConversionError
from .inputs import middle_values
from .layers import loop_error, refuse_loops
from .rewriting import rewrite
from .shapes import shape_text
from .source_model import ModelInput, SourceModel

MOST_AT_ONCE: Final = 4
"""Rows of one call of the float model: activations of more cost memory, not time."""

Arrays = Sequence[npt.NDArray[Any]]
_LOOP_OPS: Final = {"Enter", "LoopCond", "While", "StatelessWhile"}


@dataclass(frozen=True)
class FrozenModel:
    """A function without variables and with fixed shapes.

    Attributes:
        function: What the converter takes.
        input_names: In the function's order.
        output_names: In the function's order.
        output_shapes: With the batch axis.
    """

    function: Any
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    output_shapes: tuple[tuple[int, ...], ...]


def freeze(
    model: SourceModel,
    shapes: Mapping[str, tuple[int, ...]],
    *,
    mean: Sequence[float] | None = None,
    std: Sequence[float] | None = None,
    integer: bool = False,
) -> FrozenModel:
    """Turn a model into one function of fixed shapes with its weights as constants.

    Args:
        model: The model.
        shapes: Per input name, batch axis included.
        mean: Fold ``(x - mean) / std`` in front of the one image input: one value per
            channel, in pixel units. None folds nothing.
        std: As many values as ``mean``.
        integer: Whether an integer recipe follows; loops are refused then.

    Raises:
        ConversionError: The model contains a loop, or TensorFlow cannot trace it.
    """
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2,
    )

    if integer and model.keras is not None:
        refuse_loops(model.keras)
    signature = [
        tf.TensorSpec(shapes[item.name], _fed(model, item), name=_graph_name(item.name))
        for item in model.inputs
    ]

    def run(*tensors: Any) -> list[Any]:
        values = list(tensors)
        if mean is not None and std is not None:
            values[0] = _normalized(values[0], mean, std)
        return model.call(_cast(model, values))

    traced = tf.function(run, input_signature=signature, autograph=False)
    try:
        frozen = rewrite(
            convert_variables_to_constants_v2(traced.get_concrete_function()),
            integer=integer,
        )
    except (ValueError, TypeError, tf.errors.OpError) as error:
        raise ConversionError(
            "TensorFlow cannot run the model on inputs of shape "
            f"{', '.join(shape_text(shapes[item.name]) for item in model.inputs)}: "
            f"{first_line(error)}"
        ) from error
    nodes = frozen.graph.as_graph_def().node if integer else ()
    loops = [node.name for node in nodes if node.op in _LOOP_OPS]
    if loops:
        raise loop_error(f"graph (at '{loops[0]}')")
    open_shapes = [str(x.shape) for x in frozen.outputs if None in x.shape.as_list()]
    return FrozenModel(
        function=frozen,
        input_names=tuple(item.name for item in model.inputs),
        output_names=model.output_names,
        output_shapes=()
        if open_shapes
        else tuple(tuple(x.shape.as_list()) for x in frozen.outputs),
    )


def _normalized(value: Any, mean: Sequence[float], std: Sequence[float]) -> Any:
    """Return ``(value - mean) / std`` as a single 1x1 depthwise convolution.

    One op with a 32-bit bias and a step per channel loses less than a quantized
    subtraction followed by a quantized multiplication.
    """
    import tensorflow as tf

    channels = int(value.shape[-1])
    means = np.broadcast_to(np.asarray(mean, np.float64), channels)
    stds = np.broadcast_to(np.asarray(std, np.float64), channels)
    kernel = (1 / stds).astype(np.float32).reshape(1, 1, channels, 1)
    bias = (-means / stds).astype(np.float32)
    mapped = tf.nn.depthwise_conv2d(value, kernel, [1, 1, 1, 1], "VALID")
    return tf.nn.bias_add(mapped, bias)


def predictor(
    model: SourceModel, shapes: Mapping[str, tuple[int, ...]]
) -> Callable[[Arrays], list[npt.NDArray[Any]]]:
    """Return a function that runs the float model itself on a batch.

    Args:
        model: The model.
        shapes: Per input name, batch axis included (the batch itself is left open).

    Returns:
        It takes one array per input, or the picture's alone: inputs with a range then
        have the middle of it.
    """
    import tensorflow as tf

    batched = all(item.batch is None for item in model.inputs)
    signature = [
        tf.TensorSpec(
            (None if batched else 1, *shapes[item.name][1:]),
            _fed(model, item),
            name=_graph_name(item.name),
        )
        for item in model.inputs
    ]
    traced = tf.function(
        lambda *tensors: model.call(_cast(model, list(tensors))),
        input_signature=signature,
        autograph=False,
    )

    def predict(arrays: Arrays) -> list[npt.NDArray[Any]]:
        count = len(arrays[0])
        if len(arrays) < len(model.inputs):
            arrays = [*arrays, *middle_values(model, shapes, count)]
        step = min(count, MOST_AT_ONCE) if batched else 1
        parts = [
            [x.numpy() for x in traced(*(a[i : i + step] for a in arrays))]
            for i in range(0, count, max(step, 1))
        ]
        return [np.concatenate(column) for column in zip(*parts, strict=True)]

    return predict


def _fed(model: SourceModel, item: ModelInput) -> str:
    """Return the type of the values that an input gets; pictures are float32."""
    return "float32" if item is model.image else item.dtype


def _cast(model: SourceModel, values: list[Any]) -> list[Any]:
    import tensorflow as tf

    if model.image is None or model.image.dtype == "float32":
        return values
    return [tf.cast(values[0], model.image.dtype), *values[1:]]


def first_line(error: BaseException) -> str:
    """Return the first useful line of a long message, cut to a sentence's length."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = (lines or [type(error).__name__])[0]
    return text[:240].rstrip(".") + "."


def _graph_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.\-/]", "_", name).lstrip("_-./") or "input"
