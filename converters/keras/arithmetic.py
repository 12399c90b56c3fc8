"""Arithmetic with constants that a Keras model does before its first layer.

``keras.applications.*.preprocess_input`` and plain ``x / 127.5 - 1`` leave operations
in a functional model, which are no layers in Keras 3: they stand in its configuration.
In Keras 2 they are layers of the class TFOpLambda.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_OPERATIONS: Final = ("Add", "Divide", "Multiply", "Subtract", "TrueDivide")

# The same in Keras 2, where it is a layer that calls a function of TensorFlow.
_KERAS_2_OPERATIONS: Final = {
    "math.add": "Add",
    "__operators__.add": "Add",
    "math.subtract": "Subtract",
    "math.multiply": "Multiply",
    "math.truediv": "Divide",
    "math.divide": "Divide",
}
_CONSTANT: Final = "_CONSTANT_VALUE"
_CHANNELS: Final = 3

# Layers that leave pixels as they are when the model is not being trained.
_NEUTRAL: Final = (
    "ActivityRegularization",
    "AutoContrast",
    "CenterCrop",
    "Dropout",
    "GaussianDropout",
    "GaussianNoise",
    "Identity",
    "Pipeline",
    "RandAugment",
    "Resizing",
    "SpatialDropout2D",
)

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Arithmetic:
    """One operation between a picture and a constant.

    Attributes:
        name: Of the operation, in the model.
        kind: Add, Multiply, Subtract or Divide.
        constant: float64 (1,) or one number per channel.
        constant_first: The constant is what is subtracted from, or divided.
    """

    name: str
    kind: str
    constant: Values
    constant_first: bool

    def after(self, factor: Values, shift: Values) -> tuple[Values, Values] | None:
        """Return factor and shift of all operations so far; None if not linear.

        Args:
            factor: What pixels were multiplied by before this operation.
            shift: What was added to them.
        """
        value = self.constant
        if self.kind == "Add":
            return factor, shift + value
        if self.kind == "Multiply":
            return factor * value, shift * value
        if self.kind == "Subtract":
            if self.constant_first:
                return -factor, value - shift
            return factor, shift - value
        if self.constant_first or not np.all(value):
            return None
        return factor / value, shift / value


def leaves_pixels(kind: str) -> bool:
    """Return whether layers of a class leave pixels as they are outside of training."""
    return kind in _NEUTRAL or kind.startswith("Random")


def read_arithmetic(entry: Mapping[str, Any]) -> Arithmetic | None:
    """Return the operation that an entry of a model's configuration describes.

    Args:
        entry: One of ``get_config()["layers"]``.

    Returns:
        None means a layer, or an operation that is not certain: of two pictures, with
        a constant that differs from pixel to pixel, or in several places.
    """
    kind = entry.get("class_name")
    if kind == "TFOpLambda":
        return _read_keras_2(entry)
    nodes = entry.get("inbound_nodes")
    if kind not in _OPERATIONS or not str(entry.get("module", "")).startswith("keras."):
        return None
    if not isinstance(nodes, (list, tuple)) or len(nodes) != 1:
        return None
    node = nodes[0]
    if not isinstance(node, dict) or node.get("kwargs"):
        return None
    pair = node.get("args")
    if not isinstance(pair, (list, tuple)) or len(pair) != 2:
        return None
    pictures = [_is_picture(item) for item in pair]
    if sum(pictures) != 1:
        return None
    first = pictures.index(False) == 0
    channels = pair[1 if first else 0]["config"].get("shape", [None])[-1]
    constant = _constant(pair[0 if first else 1], channels)
    if constant is None:
        return None
    name = "Divide" if kind == "TrueDivide" else str(kind)
    return Arithmetic(str(entry.get("name", kind)), name, constant, first)


def _read_keras_2(entry: Mapping[str, Any]) -> Arithmetic | None:
    """Return what a TFOpLambda entry does: ``[[source, 0, 0, {"y": constant}]]``."""
    kind = _KERAS_2_OPERATIONS.get(str(entry.get("config", {}).get("function")))
    nodes = entry.get("inbound_nodes")
    if kind is None or not isinstance(nodes, (list, tuple)) or len(nodes) != 1:
        return None
    node = nodes[0]
    if not isinstance(node, (list, tuple)) or len(node) != 4:
        return None
    first, other = node, node[3].get("y") if isinstance(node[3], dict) else None
    constant_first = node[0] == _CONSTANT
    item = node[2] if constant_first else other
    picture = other if constant_first else first
    if keras_2_source(picture) is None:
        return None
    constant = _constant(item, np.asarray(item).size if _is_row(item) else None)
    if constant is None:
        return None
    return Arithmetic(str(entry.get("name")), kind, constant, constant_first)


def _is_row(item: Any) -> bool:
    return isinstance(item, (list, tuple)) and len(item) == _CHANNELS


def keras_2_source(item: Any) -> str | None:
    """Return the name in ``[name, node, tensor, ...]``, as Keras 2 writes a source.

    Returns:
        None means that the item is none.
    """
    if not isinstance(item, (list, tuple)) or len(item) not in (3, 4):
        return None
    if not isinstance(item[0], str) or item[0] == _CONSTANT:
        return None
    places = [type(part) is int for part in item[1:3]]
    return item[0] if all(places) else None


def _is_picture(item: Any) -> bool:
    return isinstance(item, dict) and item.get("class_name") == "__keras_tensor__"


def _constant(item: Any, channels: Any) -> Values | None:
    """Return one number, or one per channel; None means anything else."""
    if isinstance(item, dict):
        if item.get("class_name") not in ("__tensor__", "__numpy__"):
            return None
        item = item.get("config", {}).get("value")
    if isinstance(item, bool) or not isinstance(item, (int, float, list)):
        return None
    try:
        values = np.asarray(item, np.float64)
    except (ValueError, TypeError):
        return None
    last = values.shape[-1] if values.ndim else 1
    per_channel = values.size == last and values.size in (1, channels)
    return values.reshape(-1) if per_channel and np.isfinite(values).all() else None
