"""White shapes on black: the pictures that the shipped generator was trained on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...runtime.scenes import SHAPES, render_silhouette


def make_silhouettes(
    count: int, size: int, *, seed: int, shapes: tuple[str, ...] = SHAPES
) -> npt.NDArray[np.uint8]:
    """Draw white shapes on black, upright but for a little, near the middle.

    Args:
        count: How many, every shape equally often, in random order.
        size: Side in pixels.
        seed: Same seed, same pictures.
        shapes: Names in ``SHAPES`` to draw.

    Returns:
        uint8 (count, size, size, 1).

    Raises:
        ValueError: A name is unknown, or the size is below 8.
    """
    unknown = set(shapes) - set(SHAPES)
    if unknown or not shapes:
        raise ValueError(
            f"shapes must be some of {', '.join(SHAPES)}, got {', '.join(shapes)}."
        )
    rng = np.random.default_rng([seed, 4])
    order = np.arange(count) % len(shapes)
    rng.shuffle(order)
    images = np.empty((count, size, size, 1), np.uint8)
    for image, number in zip(images, order.tolist(), strict=True):
        class_id = SHAPES.index(shapes[number])
        image[:, :, 0] = render_silhouette(rng, class_id, size)
    return images
