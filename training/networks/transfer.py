"""Transfer: the body of a trained network is kept, its head is replaced.

First the new head learns alone, then the top layers at a low rate; BatchNorm keeps
its statistics, because a few hundred pictures are too few for new ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from ...converters.keras import (
    ModelInput,
    load_for_training,
    own_normalization,
    read_keras_card,
)
from ...errors import ConversionError, TrainingError
from ...runtime.image import Normalization, parse_normalize
from ..callbacks import NO_CALLBACKS, TrainCallbacks
from ..job import TrainingStage
from ..keras_import import load_keras
from ..request import TrainRequest
from .architectures import build
from .imagenet_weights import published_network, weights_file
from .network_layers import copy_weights, layers_of, with_head, without_head

_HEAD_SHARE: Final = 0.6
_TOP_SHARE: Final = 1 / 3
_TOP_RATE: Final = 1 / 50


@dataclass(frozen=True)
class Base:
    """A trained network that another one starts from.

    Attributes:
        name: Its name in reports.
        color: Order of the channels of its input.
        input_size: Width and height of its input; None means that any size fits.
        channels: Number of channels of its input.
        make: Called with the number of classes and the input shape; returns the network
            with a new head, and the layers of its body from first to last.
        facts: For the report.
    """

    name: str
    color: str
    input_size: tuple[int, int] | None
    channels: int
    make: Callable[[int, tuple[int, int, int]], tuple[Any, list[Any]]]
    facts: dict[str, Any] = field(default_factory=dict)


def open_base(request: TrainRequest, callbacks: TrainCallbacks = NO_CALLBACKS) -> Base:
    """Return the trained network that ``request.weights`` names.

    Args:
        request: Its ``weights``, ``arch``, ``normalize``, ``width`` and ``download``.
        callbacks: Its ``on_note`` is called before a download.

    Raises:
        TrainingError: It is not there, no classifier, or does not say how its input is
            normalized.
        ValueError: ``imagenet`` without a published network.
    """
    if request.weights == "imagenet":
        return _imagenet(request, callbacks)
    return _file(request, Path(request.weights))


def stages(
    body: list[Any], epochs: int, learning_rate: float
) -> tuple[TrainingStage, ...]:
    """Return "head" and, for more than one epoch, "top layers".

    Args:
        body: Layers of the body from first to last.
        epochs: Epochs of both stages together.
        learning_rate: The head's; the top layers have a fiftieth of it.
    """
    first = min(epochs, max(1, round(_HEAD_SHARE * epochs)))
    stages = [
        TrainingStage("head", first, learning_rate, prepare=lambda _: freeze(body, 0.0))
    ]
    if epochs > first:
        stages.append(
            TrainingStage(
                "top layers",
                epochs - first,
                learning_rate * _TOP_RATE,
                prepare=lambda _: freeze(body, _TOP_SHARE),
            )
        )
    return tuple(stages)


def freeze(body: list[Any], share: float) -> None:
    """Freeze a body except some of its last layers with weights; BatchNorm always.

    A frozen BatchNorm also uses what it has learned instead of the batch's statistics.
    """
    weighted = [layer for layer in body if layer.weights]
    free = round(share * len(weighted))
    thawed = weighted[len(weighted) - free :] if free else []
    for layer in body:
        layer.trainable = (
            any(layer is one for one in thawed)
            and type(layer).__name__ != "BatchNormalization"
        )


def _imagenet(request: TrainRequest, callbacks: TrainCallbacks) -> Base:
    name = str(request.arch)
    network = published_network(request.arch)
    if request.width != 1:
        raise ValueError(
            f"weights imagenet are for width 1, got {request.width:g}. Leave width out."
        )
    path = weights_file(name, download=request.download, on_note=callbacks.on_note)

    def make(classes: int, shape: tuple[int, int, int]) -> tuple[Any, list[Any]]:
        body = network.body(shape, str(path))
        return with_head(body.inputs, body.outputs[0], classes), layers_of(body)

    return Base(
        name=f"{name} (imagenet)",
        color=network.color,
        input_size=request.input_size or (network.size, network.size),
        channels=3,
        make=make,
        facts={"from": path.name},
    )


def _file(request: TrainRequest, path: Path) -> Base:
    if not path.is_file():
        raise TrainingError(
            f"Cannot start from {path}: no such file. Pass a trained .keras or .h5 "
            "file, imagenet or none."
        )
    try:
        source = load_for_training(path)
    except ConversionError as error:
        raise TrainingError(f"Cannot start from {path}: {error}") from error
    image = source.image
    if image is None:
        raise TrainingError(
            f"{path} does not take one picture as its input, so training cannot "
            "start from it."
        )
    shape, color = _normalization(request, path, source.keras)
    height, width, channels = image.shape
    size = None if height is None or width is None else (width, height)
    facts: dict[str, Any] = {"from": path.name}
    if request.arch is None and request.width != 1:
        raise ValueError(
            f"width is for networks that are built here; {path.name} has its own. "
            f"Leave width out, or pass --arch, got {request.width:g}."
        )
    if request.arch is not None:
        return _matched(request, path, source.keras, facts)

    def make(classes: int, wanted: tuple[int, int, int]) -> tuple[Any, list[Any]]:
        features = without_head(source.keras, path)
        if wanted[:2] != (height, width):
            features = _resized(features, wanted, path, image)
        if shape is None:
            outputs = with_head(features.inputs, features.outputs[0], classes)
            return outputs, layers_of(features)
        entry = load_keras().Input(wanted, name="image")
        features_of_pixels = features(_normalized(entry, shape))
        return with_head([entry], features_of_pixels, classes), layers_of(features)

    name = source.keras.name
    return Base(f"{name} ({path.name})", color, size, int(channels or 3), make, facts)


def _normalization(
    request: TrainRequest, path: Path, model: Any
) -> tuple[Normalization | None, str]:
    """Return the normalization to put in front of a network, and its channel order."""
    card = read_keras_card(path)
    asked = None if request.normalize is None else parse_normalize(request.normalize)
    own = own_normalization(model)
    raw = parse_normalize("raw")
    if card is not None and card.input is not None and asked is None:
        own_input = card.input
        asked = Normalization(own_input.mean, own_input.std, own_input.color)
    elif own is not None and own.eats_pixels:
        if asked is not None and (asked.mean, asked.std) != (raw.mean, raw.std):
            raise TrainingError(
                f"{path} normalizes by itself (layer '{own.layers[0]}'), which "
                f"contradicts --normalize {request.normalize}. Leave it out."
            )
        asked = raw
    if asked is None:
        raise TrainingError(
            f"{path} does not say how its input is normalized, and guessing wrong "
            "would waste the training. Pass --normalize raw (pixels 0..255), unit "
            "(0..1), signed (-1..1), torch, caffe or mean=..,std=.."
        )
    plain = set(asked.mean) == {0.0} and set(asked.std) == {1.0}
    return None if plain else asked, asked.color or "rgb"


def _normalized(tensor: Any, how: Normalization) -> Any:
    scale = [1 / value for value in how.std]
    mean = np.broadcast_to(how.mean, len(scale)) if len(how.mean) == 1 else how.mean
    std = np.broadcast_to(how.std, len(mean))
    offset = [float(-a / b) for a, b in zip(mean, std, strict=True)]
    layer = load_keras().layers.Rescaling(
        scale[0] if len(scale) == 1 else scale,
        offset[0] if len(offset) == 1 else offset,
        name="normalize",
    )
    return layer(tensor)


def _resized(
    features: Any, wanted: tuple[int, int, int], path: Path, image: ModelInput
) -> Any:
    keras = load_keras()
    try:
        resized = keras.models.clone_model(
            features, input_tensors=[keras.Input(wanted, name="resized")]
        )
        resized.set_weights(features.get_weights())
    except (ValueError, TypeError) as error:
        raise TrainingError(
            f"{path} takes pictures of {image.shape[1]}x{image.shape[0]} pixels and "
            f"cannot take {wanted[1]}x{wanted[0]}. Leave --input-size out."
        ) from error
    return resized


def _matched(
    request: TrainRequest, path: Path, source: Any, facts: dict[str, Any]
) -> Base:
    """Return the network that ``arch`` names, with the layers of a file that fit."""
    from .architectures import input_of

    name = str(request.arch)
    size, color = input_of(name)
    givers = [layer for layer in layers_of(source) if layer.weights]

    def make(classes: int, shape: tuple[int, int, int]) -> tuple[Any, list[Any]]:
        model = build(name, shape, classes, width=request.width)
        layers = layers_of(model)
        head = next(layer for layer in reversed(layers) if layer.weights)
        body = [layer for layer in layers if layer is not head]
        takers = [layer for layer in body if layer.weights]
        copied = copy_weights(givers, takers)
        facts["layers"] = f"{copied} of {len(takers)}"
        if not copied:
            raise TrainingError(
                f"No layer of {path} fits one of {name}. Leave --arch out to take the "
                "file's own network."
            )
        return model, body

    wanted = request.input_size or _size_of(source) or (size, size)
    return Base(f"{name} ({path.name})", color, wanted, 3, make, facts)


def _size_of(model: Any) -> tuple[int, int] | None:
    _, height, width, _ = model.inputs[0].shape
    return None if height is None or width is None else (width, height)
