"""A trained model as one function with named ends, and its frozen form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import ConversionError
from .layers import in_float32, loop_error, refuse_loops, with_float_input

Arrays = Sequence[npt.NDArray[Any]]

_LOOP_OPS: Final = {"Enter", "LoopCond", "While", "StatelessWhile"}


@dataclass(frozen=True)
class ModelInput:
    """Describe one input of a trained model.

    Attributes:
        name: As Keras or the SavedModel's signature calls it.
        shape: Without the batch axis; None where the size is left open.
        dtype: NumPy name of the elements.
        batch: The fixed batch size, or None.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str
    batch: int | None = None


@dataclass(frozen=True)
class SourceModel:
    """Hold a trained model.

    Attributes:
        inputs: In the order that ``call`` takes them.
        output_names: In the order that ``call`` returns them.
        call: From a list of tensors to a list of tensors.
        keras: The Keras model, or None for a SavedModel.
        notes: What was changed on the way, in words.
        keep: What must stay alive while ``call`` is used.
    """

    inputs: tuple[ModelInput, ...]
    output_names: tuple[str, ...]
    call: Callable[[list[Any]], list[Any]]
    keras: Any = None
    notes: tuple[str, ...] = ()
    keep: Any = None

    @property
    def image(self) -> ModelInput | None:
        """Return the input when it is the only one and has the shape of a picture."""
        if len(self.inputs) != 1 or len(self.inputs[0].shape) != 3:
            return None
        only = self.inputs[0]
        return only if only.shape[-1] in (1, 3) else None


@dataclass(frozen=True)
class FrozenModel:
    """Hold a function without variables and with fixed shapes.

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


def from_keras(model: Any) -> SourceModel:
    """Wrap a Keras model that is built.

    Raises:
        ConversionError: The model has never been called, so its shapes are unknown.
    """
    import keras

    inputs = getattr(model, "inputs", None) if getattr(model, "built", False) else None
    if not inputs:
        raise ConversionError(
            f"The model '{getattr(model, 'name', model)}' "
            f"({type(model).__name__}) has never been called, so the shapes of its "
            "inputs are unknown. Call it once on a batch, or give it a keras.Input."
        )
    model, rebuilt = in_float32(model)
    notes = ["The mixed-precision model was rebuilt in float32."] if rebuilt else []
    model, rebuilt = with_float_input(model)
    if rebuilt:
        notes.append("The integer input was rebuilt as float32.")
    # Sequential has no public .input; Functional's keeps lists and dicts as declared.
    structure = getattr(model, "input", None)
    if structure is None:
        structure = model.inputs[0]

    def call(tensors: list[Any]) -> list[Any]:
        packed = keras.tree.pack_sequence_as(structure, tensors)
        return list(keras.tree.flatten(model(packed, training=False)))

    return SourceModel(
        inputs=tuple(
            ModelInput(
                name=str(tensor.name),
                shape=tuple(tensor.shape[1:]),
                dtype=str(tensor.dtype),
                batch=tensor.shape[0],
            )
            for tensor in model.inputs
        ),
        output_names=_output_names(model),
        call=call,
        keras=model,
        notes=tuple(notes),
        keep=model,
    )


def _output_names(model: Any) -> tuple[str, ...]:
    names = getattr(model, "output_names", None)
    if names:
        return tuple(str(name) for name in names)
    if len(model.outputs) == 1:
        return (str(model.layers[-1].name),)
    return tuple(f"output_{i}" for i in range(len(model.outputs)))


def fixed_shapes(
    model: SourceModel, input_size: tuple[int, int] | None
) -> dict[str, tuple[int, ...]]:
    """Return each input's shape with batch 1 and no open sizes.

    Args:
        model: The model.
        input_size: Width and height for an image input of open size.

    Raises:
        ConversionError: A size is open and not given, or given and contradicted.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for item in model.inputs:
        shape = list(item.shape)
        if item is model.image and input_size is not None:
            wanted = (input_size[1], input_size[0])
            for axis, size in enumerate(wanted):
                if shape[axis] not in (None, size):
                    raise ConversionError(
                        f"The model's input '{item.name}' is {item.shape[1]}x"
                        f"{item.shape[0]} pixels and cannot become "
                        f"{input_size[0]}x{input_size[1]}. Leave --input-size out."
                    )
                shape[axis] = size
        if item.batch not in (None, 1):
            raise ConversionError(
                f"The model's input '{item.name}' has a fixed batch of {item.batch}; "
                "a device runs one picture at a time. Build the model with batch None."
            )
        if any(size is None for size in shape):
            cure = (
                "Pass --input-size WIDTHxHEIGHT."
                if item is model.image
                else "Build the model with a fixed keras.Input."
            )
            raise ConversionError(
                f"The model's input '{item.name}' leaves its size open "
                f"({_text(item.shape)}); a converted file has one fixed size. {cure}"
            )
        shapes[item.name] = (1, *(int(size) for size in shape if size is not None))
    return shapes


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
        frozen = convert_variables_to_constants_v2(traced.get_concrete_function())
    except (ValueError, TypeError, tf.errors.OpError) as error:
        raise ConversionError(
            "TensorFlow cannot run the model on inputs of shape "
            f"{', '.join(_text(shapes[item.name]) for item in model.inputs)}: "
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
        step = count if batched else 1
        parts = [
            [x.numpy() for x in traced(*(a[i : i + step] for a in arrays))]
            for i in range(0, count, max(step, 1))
        ]
        return [np.concatenate(column) for column in zip(*parts, strict=True)]

    return predict


def _fed(model: SourceModel, item: ModelInput) -> str:
    """Return the type that an input is fed with: pictures come as float32."""
    return "float32" if item is model.image else item.dtype


def _cast(model: SourceModel, values: list[Any]) -> list[Any]:
    import tensorflow as tf

    if model.image is None or model.image.dtype == "float32":
        return values
    return [tf.cast(values[0], model.image.dtype)]


def first_line(error: BaseException) -> str:
    """Return the first telling line of a long message, cut to a sentence's length."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = (lines or [type(error).__name__])[0]
    return text[:240].rstrip(".") + "."


def _graph_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.\-/]", "_", name).lstrip("_-./") or "input"


def _text(shape: Sequence[int | None]) -> str:
    return "x".join("?" if size is None else str(size) for size in shape)
