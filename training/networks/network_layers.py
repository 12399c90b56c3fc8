"""The layers of a network: listed, its head removed or added, weights copied."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ...errors import TrainingError
from ..keras_import import load_keras

HEAD: Final = "scores"
_DROPOUT: Final = 0.2


def layers_of(model: Any) -> list[Any]:
    """Return the layers of a network in order, those of nested networks included."""
    layers: list[Any] = []
    for layer in model.layers:
        nested = getattr(layer, "layers", None)
        layers += layers_of(layer) if nested else [layer]
    return layers


def without_head(model: Any, path: Path) -> Any:
    """Return a classifier without its last layer of weights and what follows it.

    Args:
        model: The classifier.
        path: Its file, for the error.

    Raises:
        TrainingError: The last layer of weights is neither Dense nor Conv2D.
    """
    weighted = [layer for layer in layers_of(model) if layer.weights]
    head = weighted[-1] if weighted else None
    if head is None or type(head).__name__ not in ("Dense", "Conv2D"):
        kind = "no weights" if head is None else f"a {type(head).__name__} layer"
        raise TrainingError(
            f"Cannot start from {path}: it ends in {kind}, not in the Dense or Conv2D "
            "layer of a classifier. Pass a trained classifier."
        )
    return load_keras().Model(model.inputs, head.input, name=f"{model.name}_body")


def with_head(inputs: Any, features: Any, classes: int) -> Any:
    """Return a network with a new head: pooling, dropout and a softmax.

    Args:
        inputs: The input tensors of the network.
        features: Its last tensor, (N, units) or (N, H, W, channels).
        classes: Units of the softmax.
    """
    layers = load_keras().layers
    x = features
    if len(x.shape) == 4:
        flat = x.shape[1:3] == (1, 1)
        x = layers.Flatten()(x) if flat else layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(_DROPOUT, name="head_dropout")(x)
    x = layers.Dense(classes, activation="softmax", name=HEAD)(x)
    return load_keras().Model(inputs, x)


def copy_weights(sources: Sequence[Any], targets: Sequence[Any]) -> int:
    """Copy weights from layers to layers of the same type and shapes, in order.

    Args:
        sources: Layers with weights.
        targets: Layers that get the weights of the next source that fits.

    Returns:
        The number of targets that got weights.
    """
    count = start = 0
    for target in targets:
        for place in range(start, len(sources)):
            if _kind(sources[place]) == _kind(target):
                target.set_weights(sources[place].get_weights())
                count, start = count + 1, place + 1
                break
    return count


def _kind(layer: Any) -> tuple[str, list[tuple[int, ...]]]:
    return type(layer).__name__, [tuple(weight.shape) for weight in layer.weights]
