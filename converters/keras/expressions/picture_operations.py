"""Functions of the grammar that take pictures: (N, height, width, channels).

Each is written in operations that TensorFlow Lite has in int8.
"""

from __future__ import annotations

import math
from typing import Any, Final

from .sizes import size_text

# ITU-R BT.601, rounded as tf.image.rgb_to_grayscale has it.
_GRAY: Final = (0.2989, 0.5870, 0.1140)


def resize(x: Any, height: int, width: int) -> Any:
    """Return pictures of another size, bilinear, as ``tf.image.resize`` makes them."""
    import tensorflow as tf

    _check_picture(x, "resize")
    return tf.image.resize(x, (height, width))


def resize_v1(x: Any, height: int, width: int) -> Any:
    """Return pictures of another size as TensorFlow 1's ``resize_images`` did."""
    import tensorflow as tf

    _check_picture(x, "resize_v1")
    return tf.compat.v1.image.resize_bilinear(x, (height, width))


def crop(x: Any, top: int, bottom: int, left: int, right: int) -> Any:
    """Return pictures with rows and columns cut off at their edges."""
    _check_picture(x, "crop")
    height, width = x.shape[1:3]
    for size, cut in ((height, top + bottom), (width, left + right)):
        if size is not None and cut >= size:
            raise ValueError(f"crop takes {cut} of {size} pixels away")
    return x[:, top : -bottom or None, left : -right or None, :]


def pad(x: Any, top: int, bottom: int, left: int, right: int) -> Any:
    """Return pictures with rows and columns of zeros added at their edges."""
    import tensorflow as tf

    _check_picture(x, "pad")
    return tf.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))


def gray(x: Any) -> Any:
    """Return one channel of three, as ``tf.image.rgb_to_grayscale`` weighs them."""
    import tensorflow as tf

    _check_picture(x, "gray", channels=3)
    kernel = tf.reshape(tf.constant(_GRAY, x.dtype), (1, 1, 3, 1))
    return tf.nn.conv2d(x, kernel, 1, "VALID")


def rgb(x: Any) -> Any:
    """Return the one channel three times."""
    import tensorflow as tf

    _check_picture(x, "rgb", channels=1)
    return tf.concat([x, x, x], -1)


def bgr(x: Any) -> Any:
    """Return the channels in reverse order."""
    _check_picture(x, "bgr", channels=3)
    return x[..., ::-1]


def standardize(x: Any) -> Any:
    """Return pictures of mean 0 and deviation 1, as ``per_image_standardization``."""
    import tensorflow as tf

    _check_picture(x, "standardize")
    centred = x - tf.reduce_mean(x, (1, 2, 3), keepdims=True)
    variance = tf.reduce_mean(tf.square(centred), (1, 2, 3), keepdims=True)
    count = math.prod(size or 1 for size in x.shape[1:])
    return centred / tf.maximum(tf.sqrt(variance), count**-0.5)


def depth_to_space(x: Any, block: int) -> Any:
    """Return pictures whose channels became pixels."""
    import tensorflow as tf

    _check_picture(x, "depth_to_space")
    if block < 2 or (x.shape[3] or 0) % block**2:
        raise ValueError(
            f"depth_to_space(x, {block}) does not fit {x.shape[3]} channels"
        )
    return tf.nn.depth_to_space(x, block)


def space_to_depth(x: Any, block: int) -> Any:
    """Return pictures whose pixels became channels."""
    import tensorflow as tf

    _check_picture(x, "space_to_depth")
    if block < 2 or any((size or 0) % block for size in x.shape[1:3]):
        raise ValueError(
            f"space_to_depth(x, {block}) does not fit {size_text(x.shape[1:3])} pixels"
        )
    return tf.nn.space_to_depth(x, block)


def _check_picture(x: Any, name: str, *, channels: int | None = None) -> None:
    if x.shape.rank != 4:
        raise ValueError(
            f"{name} takes pictures (height x width x channels), and gets "
            f"{size_text(x.shape[1:])}"
        )
    if channels is not None and x.shape[3] not in (channels, None):
        raise ValueError(f"{name} takes {channels} channels, and gets {x.shape[3]}")
