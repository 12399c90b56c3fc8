"""Facts from a Keras model's layers: own normalization, loops, mixed precision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import ConversionError
from .arithmetic import Arithmetic, keras_2_source, leaves_pixels, read_arithmetic
from .lambda_layers import StandIn
from .two_kerases import dtype_name, rebuild

_RECURRENT: Final = ("LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D")


@dataclass(frozen=True)
class OwnNormalization:
    """The normalization that a model's first layers do by themselves.

    Attributes:
        mean: Per channel, or one for all, in pixel units.
        std: Per channel, or one for all, in pixel units.
        layers: Names of the layers, in order.
        eats_pixels: Whether these values turn pixels 0..255 into what networks are
            trained on; statistics of images in 0..1 do not.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]
    layers: tuple[str, ...]
    eats_pixels: bool


def own_normalization(model: Any, name: str = "") -> OwnNormalization | None:
    """Return what the first steps of a model do to its picture.

    Steps are Rescaling and Normalization layers and arithmetic with constants, as
    ``preprocess_input`` leaves it in a functional model.

    Args:
        model: A Keras model.
        name: Name of the picture's input, for a model with several.
    """
    inputs = getattr(model, "inputs", None) or []
    if len(inputs) != 1 and not name:
        return None
    factor: Any = 1.0
    shift: Any = 0.0
    names: list[str] = []
    for layer in _leading(model, name if len(inputs) != 1 else "")[0]:
        kind = type(layer).__name__
        step = layer.function if kind == "EdgeVisionFunction" else layer
        if isinstance(step, (Arithmetic, StandIn)):
            line = step.after(np.asarray(factor), np.asarray(shift))
            if line is None:
                break
            if isinstance(step, StandIn) and step.keeps_scale:
                continue
            factor, shift = line
        elif kind == "Rescaling":
            scale, offset = np.asarray(layer.scale), np.asarray(layer.offset)
            factor, shift = factor * scale, shift * scale + offset
        elif kind == "Normalization" and not getattr(layer, "invert", False):
            mean = np.asarray(layer.mean, np.float64).reshape(-1)
            std = np.sqrt(np.asarray(layer.variance, np.float64)).reshape(-1)
            std = np.maximum(std, 1e-7)
            factor, shift = factor / std, (shift - mean) / std
        elif leaves_pixels(kind):
            continue
        else:
            break
        names.append(layer.name)
    return as_normalization(factor, shift, names) if names else None


def as_normalization(
    factor: npt.ArrayLike, shift: npt.ArrayLike, names: Sequence[str]
) -> OwnNormalization | None:
    """Return ``x * factor + shift`` as a normalization; None means it is none.

    Args:
        factor: One number, or one per channel, above 0.
        shift: One number, or one per channel.
        names: What computes it.
    """
    factor, shift = np.broadcast_arrays(
        np.asarray(factor, np.float64).reshape(-1),
        np.asarray(shift, np.float64).reshape(-1),
    )
    if factor.size not in (1, 3) or np.any(factor <= 0):
        return None
    limits = np.stack([shift, 255 * factor + shift])
    spread = float(np.max(255 * factor))
    return OwnNormalization(
        mean=tuple((-shift / factor).tolist()),
        std=tuple((1 / factor).tolist()),
        layers=tuple(names),
        eats_pixels=bool(np.max(np.abs(limits)) <= 20 and spread >= 0.5),
    )


def _leading(model: Any, name: str = "") -> tuple[list[Any], bool]:
    """Return the first steps after an input, and whether there are no others.

    A nested model's ``input`` is its own and not its place in the outer model, so the
    connections are read from the configuration.
    """
    layers = [x for x in model.layers if type(x).__name__ != "InputLayer"]
    row: list[Any] = []
    steps, whole = layers, True
    if not _is_chain(model):
        steps, whole = _connected(model, layers, name)
    for layer in steps:
        if getattr(layer, "layers", None) and getattr(layer, "inputs", None):
            inner, all_of_it = _leading(layer)
            row += inner
            if not all_of_it:
                return row, False
        else:
            row.append(layer)
    return row, whole


def _is_chain(model: Any) -> bool:
    return type(model).__name__ == "Sequential"


def _connected(model: Any, layers: list[Any], name: str) -> tuple[list[Any], bool]:
    """Return the steps from an input to the first branch or unknown operation.

    Also return whether these are all the steps of the model.
    """
    try:
        entries = model.get_config()["layers"]
    except (NotImplementedError, KeyError, TypeError):
        return [], False
    sources = {
        entry["name"]: set(_names(entry.get("inbound_nodes", [])))
        for entry in entries
        if isinstance(entry, dict) and "name" in entry
    }
    known: dict[str, Any] = {layer.name: layer for layer in layers}
    for entry in entries:
        step = read_arithmetic(entry) if isinstance(entry, dict) else None
        if step is not None:
            # In Keras 2 it is a layer, too; what it does stands in its entry.
            known[step.name] = step
    current = name or next((one for one in sources if one not in known), None)
    row: list[Any] = []
    while current is not None:
        followers = [name for name, inputs in sources.items() if current in inputs]
        if len(followers) != 1 or sources[followers[0]] != {current}:
            break
        current = followers[0]
        if current not in known or known[current] in row:
            break
        row.append(known[current])
    return row, len(row) + 1 == len(entries) and len(model.outputs) == 1


def _names(value: Any) -> Iterator[str]:
    """Yield the names of the layers whose outputs a configuration mentions."""
    if isinstance(value, dict):
        history = value.get("keras_history")
        if isinstance(history, (list, tuple)) and history:
            yield str(history[0])
        for item in value.values():
            yield from _names(item)
    elif isinstance(value, (list, tuple)):
        source = keras_2_source(value)
        if source is not None:
            yield source
        for item in value:
            yield from _names(item)


def every_layer(model: Any) -> Iterator[Any]:
    """Yield all layers, those of nested models and wrappers included."""
    for layer in getattr(model, "layers", ()):
        yield layer
        yield from every_layer(layer)
        for name in ("layer", "forward_layer", "backward_layer"):
            inner = getattr(layer, name, None)
            if inner is not None and hasattr(inner, "get_config"):
                yield inner


def layer_classes(model: Any) -> dict[str, str]:
    """Return the class of each layer of a Keras model by the layer's name.

    Args:
        model: A Keras model; None, for a SavedModel, has no layers.
    """
    return {str(layer.name): type(layer).__name__ for layer in every_layer(model)}


def refuse_loops(model: Any) -> None:
    """Refuse recurrent layers in loop form, which crash TensorFlow's quantizer.

    Raises:
        ConversionError: A layer is recurrent and not unrolled.
    """
    for layer in every_layer(model):
        if type(layer).__name__ in _RECURRENT and not getattr(layer, "unroll", False):
            raise loop_error(f"layer '{layer.name}' ({type(layer).__name__})")


def loop_error(what: str) -> ConversionError:
    """Return the error for a layer that runs as a loop, with what to do."""
    if "non_max_suppression" in what.lower():
        return ConversionError(
            "The model contains non-maximum suppression, a loop that TensorFlow leaves "
            "in float. Convert the model without it: EdgeVision does it on the device."
        )
    return ConversionError(
        f"The model's {what} runs as a loop, which TensorFlow's integer quantizer "
        "cannot convert (it crashes). Build the layer with unroll=True and load the "
        "weights into it, or use --recipe float32 or --recipe dynamic."
    )


def in_float32(model: Any) -> tuple[Any, bool]:
    """Return a model that computes in float32, and whether it had to be rebuilt.

    A mixed-precision model cannot be translated by TensorFlow's converter; its weights
    are float32 already, so that only the layers' policies change.

    Raises:
        ConversionError: The model cannot be rebuilt from its configuration.
    """
    mixed = [
        layer
        for layer in every_layer(model)
        if getattr(layer, "compute_dtype", "float32") in ("float16", "bfloat16")
    ]
    if not mixed:
        return model, False
    try:
        rebuilt = rebuild(model, _with_float32(model.get_config()))
    except (ValueError, TypeError, NotImplementedError) as error:
        raise ConversionError(
            f"The model computes in {mixed[0].compute_dtype} (mixed precision) and "
            f"cannot be rebuilt in float32: {error}. Build it with "
            "keras.config.set_dtype_policy('float32'), load the weights and save it."
        ) from error
    return rebuilt, True


def with_float_input(model: Any) -> tuple[Any, bool]:
    """Return a model with a float32 picture input, and whether it was rebuilt.

    The cast of an integer input would remain in the file as a float operator.
    """
    inputs = model.inputs
    kinds = ("uint8", "int8", "int16", "int32")
    if len(inputs) != 1 or len(inputs[0].shape) != 4:
        return model, False
    if dtype_name(inputs[0].dtype) not in kinds:
        return model, False
    try:
        config = model.get_config()
        for layer in config["layers"]:
            if layer["class_name"] == "InputLayer":
                layer["config"]["dtype"] = "float32"
        rebuilt = rebuild(model, config)
    except (ValueError, TypeError, KeyError, NotImplementedError):
        return model, False
    return rebuilt, True


def _with_float32(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_float32(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_with_float32(item) for item in value)
    if value in ("mixed_float16", "mixed_bfloat16", "float16", "bfloat16"):
        return "float32"
    return value
