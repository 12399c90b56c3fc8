"""Generators and discriminators: nets that make pictures, and nets that judge them.

A generator takes normal latents, float32 (N, latent), and gives pictures in -1..1, (N,
H, W, C) in RGB or gray. A discriminator takes such pictures and gives one logit each:
positive for real.
"""

from __future__ import annotations

from typing import Any, Final

from ...registry import resolve
from ..keras_import import load_keras
from ..networks import batch_normalization

Shape = tuple[int, int, int]

GENERATORS: Final[dict[str, str]] = {
    "dcgan": "edgevision.training.gan.networks:dcgan_generator",
    "gan-dense": "edgevision.training.gan.networks:dense_generator",
}
LATENT: Final = 100
# A tanh has no slope at its ends. Pictures that are black and white drive it there, and
# nets of dense layers never came back: half of their pictures stayed black shapes on
# white. So a picture's ends lie where the slope is a third, and weights begin small: a
# deviation of 0.02 (Radford, Metz and Chintala).
_REACH: Final = 0.8
_DEVIATION: Final = 0.02
# The filters, and the standard deviation of the first weights; None means Keras' own.
_DISCRIMINATORS: Final[dict[str, tuple[tuple[int, ...], float | None]]] = {
    "dcgan": ((48, 96, 192), None),
    "gan-dense": ((64, 128, 256, 512), _DEVIATION),
}


def build_generator(
    name: str, shape: Shape, *, latent: int = LATENT, width: float = 1.0
) -> Any:
    """Return an untrained generator.

    Args:
        name: A name in ``GENERATORS``.
        shape: Height, width and channels (1 or 3) of a picture.
        latent: Numbers that a picture is made of.
        width: Factor on the filters and units inside.

    Raises:
        ValueError: There is no such generator, or it cannot make pictures of this
            shape.
        MissingDependencyError: TensorFlow is not installed.
    """
    make = resolve("architecture", name, GENERATORS)
    _check_shape(shape)
    if latent < 1:
        raise ValueError(f"latent must be at least 1, got {latent}.")
    if width <= 0:
        raise ValueError(f"width must be above 0, got {width}.")
    return make(shape, latent, width=width)


def build_discriminator(name: str, shape: Shape, *, width: float = 1.0) -> Any:
    """Return the untrained discriminator that belongs to a generator.

    Raises:
        ValueError: There is no such generator, or the pictures are too small.
        MissingDependencyError: TensorFlow is not installed.
    """
    if name not in _DISCRIMINATORS:
        resolve("architecture", name, GENERATORS)
    _check_shape(shape)
    filters, deviation = _DISCRIMINATORS[name]
    return conv_discriminator(shape, filters, width=width, deviation=deviation)


def dense_generator(shape: Shape, latent: int, *, width: float = 1.0) -> Any:
    """Dense128-256-512 with BatchNorm between, and Dense to the pixels.

    It learns no place twice, so a picture's size decides that of the file: 0.6 million
    parameters at 28x28 gray, 1.8 million at 32x32 RGB.
    """
    keras = load_keras()
    layers = keras.layers
    x = latents = keras.Input((latent,), name="latent")
    for units in (128, 256, 512):
        x = layers.Dense(
            _scaled(units, width), kernel_initializer=_initializer(_DEVIATION)
        )(x)
        x = layers.LeakyReLU(0.2)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
    height, wide, channels = shape
    x = layers.Dense(
        height * wide * channels,
        activation="tanh",
        kernel_initializer=_initializer(_DEVIATION),
    )(x)
    x = layers.Rescaling(1 / _REACH)(x)
    image = layers.Reshape(shape, name="image")(x)
    return keras.Model(latents, image, name="gan_dense")


def dcgan_generator(shape: Shape, latent: int, *, width: float = 1.0) -> Any:
    """Dense to a small map, then Conv2DTranspose that doubles it up to the picture.

    Radford, Metz and Chintala, 2015. 32x32 comes from 4x4 in three steps of 128, 64 and
    32 filters (370,000 parameters with one channel), 64x64 in four from 256.
    """
    keras = load_keras()
    layers = keras.layers
    height, wide, channels = shape
    steps = 0
    while min(height, wide) > 4 and height % 2 == wide % 2 == 0:
        height, wide, steps = height // 2, wide // 2, steps + 1
    if steps < 2:
        raise ValueError(
            "dcgan doubles a small map until it is the picture, so both sides must be "
            f"divisible by 4 and above 8; got {shape[0]}x{shape[1]}. Use 32x32."
        )
    filters = [_scaled(32 * 2**step, width) for step in range(steps)][::-1]
    latents = keras.Input((latent,), name="latent")
    x = layers.Dense(height * wide * filters[0], use_bias=False)(latents)
    x = layers.Reshape((height, wide, filters[0]))(x)
    x = layers.ReLU()(batch_normalization(momentum=0.9)(x))
    for count in filters[1:]:
        x = layers.Conv2DTranspose(count, 4, 2, padding="same", use_bias=False)(x)
        x = layers.ReLU()(batch_normalization(momentum=0.9)(x))
    image = layers.Conv2DTranspose(
        channels, 4, 2, padding="same", activation="tanh", name="image"
    )(x)
    return keras.Model(latents, image, name="dcgan")


def conv_discriminator(
    shape: Shape,
    filters: tuple[int, ...],
    *,
    width: float = 1.0,
    deviation: float | None = None,
) -> Any:
    """Convolutions that halve the picture, LeakyReLU and dropout, one logit.

    No BatchNorm: it would let the net tell real from made by a batch's mean alone.
    """
    keras = load_keras()
    layers = keras.layers
    x = image = keras.Input(shape, name="image")
    for count in filters:
        x = layers.Conv2D(
            _scaled(count, width),
            4,
            2,
            padding="same",
            kernel_initializer=_initializer(deviation),
        )(x)
        x = layers.Dropout(0.3)(layers.LeakyReLU(0.2)(x))
    logit = layers.Dense(1, name="logit", kernel_initializer=_initializer(deviation))(
        layers.Flatten()(x)
    )
    return keras.Model(image, logit, name="discriminator")


def _initializer(deviation: float | None) -> Any:
    """Return how weights begin: normal, or for None as Keras has it."""
    if deviation is None:
        return "glorot_uniform"
    return load_keras().initializers.RandomNormal(stddev=deviation)


def _check_shape(shape: Shape) -> None:
    height, wide, channels = shape
    if channels not in (1, 3) or not min(height, wide) >= 8 or max(height, wide) > 512:
        raise ValueError(
            "A generator's pictures have 8 to 512 pixels per side and 1 or 3 channels, "
            f"got {height}x{wide}x{channels}."
        )


def _scaled(count: int, width: float) -> int:
    return max(1, round(count * width))
