"""A small U-Net: a class for every pixel, in operations that run well as int8."""

from __future__ import annotations

from typing import Any, Final

from ..keras_import import load_keras
from .fused_batch_normalization import batch_normalization

STRIDE: Final = 16  # sides must be divisible by it


def build_unet(shape: tuple[int, int, int], classes: int, *, width: float = 1.0) -> Any:
    """Return an untrained U-Net (Ronneberger and others, 2015) for pixels 0..255.

    Four halvings down and three up again, 16-32-64-128 filters in depthwise-separable
    blocks, nearest upsampling, and the finer map of the way down beside it. About
    75,000 parameters. It gives logits at half the size, (H / 2, W / 2, classes), which
    the decoder enlarges: full size would take four times the time for edges that are
    no better. The largest logit wins, so a softmax would change nothing.

    Args:
        shape: Height, width and channels of a picture; the sides divisible by 16.
        classes: Length of each pixel's answer, at least 2.
        width: Factor on the filters.

    Raises:
        ValueError: The sides are not divisible by 16, or there are too few classes.
        MissingDependencyError: TensorFlow is not installed.
    """
    height, wide, _ = shape
    if height % STRIDE or wide % STRIDE or min(height, wide) < 2 * STRIDE:
        raise ValueError(
            f"a U-Net's sides must be divisible by {STRIDE} and at least {2 * STRIDE}, "
            f"got {wide}x{height}. Pass --input-size 128."
        )
    if classes < 2:
        raise ValueError(f"classes must be at least 2, got {classes}.")
    if width <= 0:
        raise ValueError(f"width must be above 0, got {width}.")
    keras = load_keras()
    layers = keras.layers

    def normalized(x: Any) -> Any:
        return layers.ReLU(6.0)(batch_normalization(momentum=0.9)(x))

    def block(x: Any, filters: int) -> Any:
        count = max(4, round(filters * width))
        depthwise = layers.DepthwiseConv2D(3, padding="same", use_bias=False)
        x = normalized(depthwise(x))
        return normalized(layers.Conv2D(count, 1, use_bias=False)(x))

    image = keras.Input(shape, name="image")
    x = layers.Rescaling(1 / 127.5, offset=-1)(image)
    first = layers.Conv2D(
        max(4, round(16 * width)), 3, strides=2, padding="same", use_bias=False
    )
    x = block(normalized(first(x)), 16)
    finer = [x]
    for filters in (32, 64, 128):
        x = layers.MaxPooling2D()(x)
        x = block(block(x, filters), filters)
        finer.append(x)
    for filters, beside in zip((64, 32, 16), finer[2::-1], strict=True):
        x = block(x, filters)  # narrowed before it is enlarged: a quarter of the work
        x = layers.UpSampling2D(interpolation="nearest")(x)
        x = layers.Concatenate()([x, beside])
        x = block(block(x, filters), filters)
    logits = layers.Conv2D(classes, 1, name="logits")(x)
    return keras.Model(image, logits, name="unet")
