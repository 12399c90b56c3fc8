"""Networks by name, with the normalization inside: they take pixels 0..255 as they are.

Every function here takes the shape of one picture (height, width, channels), the
number of classes, and ``width``, a factor on the number of filters and units that tests
set low to be quick. All end in a softmax over the classes.
"""

from __future__ import annotations

from typing import Any, Final

from ...registry import resolve
from ..keras_import import load_keras
from .fused_batch_normalization import batch_normalization

ARCHITECTURES: Final[dict[str, str]] = {
    "cnn": "edgevision.training.networks.architectures:cnn",
    "cnn-224": "edgevision.training.networks.architectures:cnn_224",
    "cnn-deep": "edgevision.training.networks.architectures:cnn_deep",
    "cnn-separable": "edgevision.training.networks.architectures:cnn_separable",
    "densenet-121": "edgevision.training.networks.published:DENSENET_121",
    "efficientnet-b0": "edgevision.training.networks.published:EFFICIENTNET_B0",
    "efficientnet-v2-b0": "edgevision.training.networks.published:EFFICIENTNET_V2_B0",
    "inception-v3": "edgevision.training.networks.published:INCEPTION_V3",
    "mobilenet-v2": "edgevision.training.networks.published:MOBILENET_V2",
    "mobilenet-v3-large": "edgevision.training.networks.published:MOBILENET_V3_LARGE",
    "mobilenet-v3-small": "edgevision.training.networks.published:MOBILENET_V3_SMALL",
    "nasnet-mobile": "edgevision.training.networks.published:NASNET_MOBILE",
    "resnet-50": "edgevision.training.networks.published:RESNET_50",
    "resnet-50-v2": "edgevision.training.networks.published:RESNET_50_V2",
    "vgg-16": "edgevision.training.networks.published:VGG_16",
    "xception": "edgevision.training.networks.published:XCEPTION",
}

_MINIMUM: Final = 22
_SIZE: Final = 64
_SIZES: Final = {"cnn-224": 224}


def build(
    name: str,
    input_shape: tuple[int, int, int],
    classes: int,
    *,
    width: float = 1.0,
) -> Any:
    """Return an untrained Keras model.

    Args:
        name: A name in ``ARCHITECTURES``.
        input_shape: Height, width and channels of one picture.
        classes: Length of the model's answer, at least 2.
        width: Factor on filters and units; 1 is the network as published.

    Raises:
        ValueError: There is no such architecture, the picture is too small for its
            layers, or classes or width make no network.
        MissingDependencyError: TensorFlow is not installed.
    """
    make = resolve("architecture", name, ARCHITECTURES)
    if classes < 2:
        raise ValueError(f"classes must be at least 2, got {classes}.")
    if width <= 0:
        raise ValueError(f"width must be above 0, got {width}.")
    least = getattr(make, "minimum", _MINIMUM)
    if min(input_shape[:2]) < least:
        height, wide = input_shape[:2]
        raise ValueError(
            f"input_shape must be at least {least}x{least} pixels for {name}, or "
            f"pooling leaves nothing of the picture; got {height}x{wide}."
        )
    return make(input_shape, classes, width=width)


def input_of(name: str) -> tuple[int, str]:
    """Return the side of a network's usual input, and its order of channels.

    Raises:
        ValueError: There is no such architecture.
    """
    make = resolve("architecture", name, ARCHITECTURES)
    size = _SIZES.get(name, _SIZE)
    return getattr(make, "size", size), getattr(make, "color", "rgb")


def _scaled(count: int, width: float) -> int:
    """Return a number of filters or units times the width, at least 1."""
    return max(1, round(count * width))


def cnn(input_shape: tuple[int, int, int], classes: int, *, width: float = 1.0) -> Any:
    """Conv32-Pool-Conv64-Pool-Conv64-Dense64-Dense: small, and quick to train.

    Most parameters lie between the last feature map and Dense64, so the size of the
    picture decides the size of the file: 122,310 parameters at 32x32, 646,598 at 64x64
    (RGB, 6 classes).
    """
    keras = load_keras()
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input(input_shape, name="image"),
            layers.Rescaling(1 / 255),
            layers.Conv2D(_scaled(32, width), 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(_scaled(64, width), 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(_scaled(64, width), 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(_scaled(64, width), activation="relu"),
            layers.Dense(classes, activation="softmax", name="scores"),
        ],
        name="cnn",
    )


def cnn_deep(
    input_shape: tuple[int, int, int], classes: int, *, width: float = 1.0
) -> Any:
    """Conv32-64-128-128 with BatchNorm, a pool after each, Dense1024-Dense."""
    keras = load_keras()
    layers = keras.layers
    stack = [keras.Input(input_shape, name="image"), layers.Rescaling(1 / 255)]
    for filters in (32, 64, 128, 128):
        stack += [
            layers.Conv2D(_scaled(filters, width), 3, padding="same", use_bias=False),
            batch_normalization(),
            layers.ReLU(),
            layers.MaxPooling2D(),
        ]
    stack += [
        layers.Flatten(),
        layers.Dense(_scaled(1024, width), activation="relu"),
        layers.Dense(classes, activation="softmax", name="scores"),
    ]
    return keras.Sequential(stack, name="cnn_deep")


def cnn_224(
    input_shape: tuple[int, int, int], classes: int, *, width: float = 1.0
) -> Any:
    """Conv32-64-128, a pool after each, Dense128-Dropout0.5-Dense, for 224x224."""
    keras = load_keras()
    layers = keras.layers
    stack = [keras.Input(input_shape, name="image"), layers.Rescaling(1 / 255)]
    for filters in (32, 64, 128):
        stack += [
            layers.Conv2D(_scaled(filters, width), 3, activation="relu"),
            layers.MaxPooling2D(),
        ]
    stack += [
        layers.Flatten(),
        layers.Dense(_scaled(128, width), activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(classes, activation="softmax", name="scores"),
    ]
    return keras.Sequential(stack, name="cnn_224")


def cnn_separable(
    input_shape: tuple[int, int, int], classes: int, *, width: float = 1.0
) -> Any:
    """Eight depthwise-separable blocks and a global pool: few parameters for a board.

    About 35,000 parameters whatever the picture's size, at the price of a longer
    training than ``cnn`` needs.
    """
    keras = load_keras()
    layers = keras.layers

    def normalized(x: Any) -> Any:
        return layers.ReLU(6.0)(batch_normalization(momentum=0.9)(x))

    image = keras.Input(input_shape, name="image")
    x = layers.Rescaling(1 / 127.5, offset=-1)(image)
    first = layers.Conv2D(
        _scaled(16, width), 3, strides=2, padding="same", use_bias=False
    )
    x = normalized(first(x))
    blocks = ((32, 1), (48, 2), (48, 1), (64, 2), (64, 1), (96, 2), (96, 1))
    for filters, strides in blocks:
        depthwise = layers.DepthwiseConv2D(
            3, strides=strides, padding="same", use_bias=False
        )
        x = normalized(depthwise(x))
        x = normalized(layers.Conv2D(_scaled(filters, width), 1, use_bias=False)(x))
    x = layers.GlobalAveragePooling2D()(x)
    scores = layers.Dense(classes, activation="softmax", name="scores")(x)
    return keras.Model(image, scores, name="cnn_separable")
