"""Sets of pictures: seeded draws."""

from __future__ import annotations

import numpy as np
from edgevision.converters.datasets.open_set import open_images


def test_a_draw_is_balanced_and_repeatable(folder):
    images = open_images(folder)
    drawn = images.draw(7, seed=3)
    counts = np.bincount([images.classes[i] for i in drawn])
    assert counts.max() - counts.min() <= 1
    assert drawn == images.draw(7, seed=3)
    assert drawn != images.draw(7, seed=4)
    assert sorted(images.draw(99, seed=0)) == list(range(18))
