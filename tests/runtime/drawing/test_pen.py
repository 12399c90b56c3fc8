"""Labels that fit, on pictures of every size."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.drawing.overlay import draw
from edgevision.runtime.drawing.pen import Pen
from edgevision.runtime.results.detections import Detections


@pytest.mark.parametrize("label", ["cat", "a very long name of a class", ""])
@pytest.mark.parametrize(
    "size", [(96, 64), (30, 20), (64, 14), (60, 9), (8, 8), (1, 1)]
)
def test_a_label_fits_the_smallest_picture_or_is_left_out(
    size: tuple[int, int], label: str
) -> None:
    pen = Pen(np.zeros((size[1], size[0], 3), np.uint8))
    text = pen._fitted(f"{label} 0.92")
    left, top = pen.place([0, 0, size[0] - 1, size[1] - 1], f"{label} 0.92")
    width, height = pen._extent(text) if text else (0, 0)
    assert left + width <= size[0]
    assert top + height <= size[1]
    # Letters are as wide as this OpenCV draws them: 5 has another font than 4.
    least = f"{label[0]}{'.' if label[1:] else ''}" if label else " 0.92"
    fits = all(a <= b for a, b in zip(pen._extent(least), size, strict=True))
    assert bool(text) == bool(pen.tags) == fits
    assert fits or min(size) <= 20
    box = Detections(
        np.array([[0, 0, *size]], np.float32),
        np.array([0.9], np.float32),
        np.array([0]),
        (label,),
    )
    draw(pen.canvas, box)
