"""The best place of each heatmap, to a quarter of a cell."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.heatmaps import best_places
from edgevision.runtime.decoders.tensor_values import Levels
from edgevision.runtime.tensors.spec import TensorSpec


def by_hand(heatmap: np.ndarray) -> tuple[float, float]:
    """Return x and y of one heatmap, step by step."""
    rows, columns = heatmap.shape
    y, x = divmod(int(heatmap.argmax()), columns)
    place = [float(x), float(y)]
    if 0 < x < columns - 1:
        place[0] += 0.25 * np.sign(heatmap[y, x + 1] - heatmap[y, x - 1])
    if 0 < y < rows - 1:
        place[1] += 0.25 * np.sign(heatmap[y + 1, x] - heatmap[y - 1, x])
    return place[0], place[1]


@pytest.mark.parametrize("dtype", [np.float32, np.int8, np.uint8])
def test_places_are_those_of_a_loop(rng, dtype) -> None:
    raw = rng.integers(0, 100, (7, 5, 17)).astype(dtype)
    if dtype is np.float32:
        raw /= 100
    spec = TensorSpec("", 0, raw.shape, np.dtype(dtype), 0.01, 0)
    places, scores = best_places(raw, Levels(spec))
    expected = [by_hand(raw[:, :, k].astype(np.float64)) for k in range(17)]
    np.testing.assert_allclose(places, expected)
    # A float tensor has its values, whatever scale its file states.
    best = raw.max(axis=(0, 1)) / (1.0 if dtype is np.float32 else 100.0)
    np.testing.assert_allclose(scores, best, rtol=1e-6)


def test_values_that_are_no_number_are_no_place() -> None:
    raw = np.zeros((4, 4, 2), np.float32)
    raw[1, 2, 0], raw[3, 3, 0] = 0.5, np.nan
    raw[:, :, 1] = np.nan
    levels = Levels(TensorSpec("", 0, raw.shape, raw.dtype))
    places, scores = best_places(raw, levels)
    np.testing.assert_allclose(places, [[2, 1], [0, 0]])
    np.testing.assert_allclose(scores, [0.5, 0.0])
