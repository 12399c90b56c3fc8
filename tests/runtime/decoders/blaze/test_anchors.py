"""Anchors are those of MediaPipe's published rule, written out in loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from edgevision.runtime.decoders.blaze.anchors import anchor_centers, grids
from edgevision.runtime.decoders.blaze.kinds import LAYERS, PUBLISHED


def by_loops(
    width: int, height: int, strides: tuple[int, ...], interpolated: bool
) -> list[tuple[float, float]]:
    """Return what ``ssd_anchors_calculator.cc`` says of centers, in its order."""
    centers = []
    layer = 0
    while layer < len(strides):
        last, per_cell = layer, 0
        while last < len(strides) and strides[last] == strides[layer]:
            per_cell += 2 if interpolated else 1
            last += 1
        rows = math.ceil(height / strides[layer])
        columns = math.ceil(width / strides[layer])
        for y in range(rows):
            for x in range(columns):
                for _ in range(per_cell):
                    centers.append(((x + 0.5) / columns, (y + 0.5) / rows))
        layer = last
    return centers


@pytest.mark.parametrize(
    ("size", "strides", "interpolated"),
    [
        ((128, 128), (8, 16, 16, 16), True),
        ((192, 192), (4,), False),
        ((224, 224), (8, 16, 32, 32, 32), True),
        ((100, 60), (8, 16, 16, 8), True),  # the last 8 is a layer of its own
    ],
)
def test_centers_are_those_of_the_rule(
    size: tuple[int, int], strides: tuple[int, ...], interpolated: bool
) -> None:
    parts = grids(size, strides, interpolated=interpolated)
    expected = np.asarray(by_loops(*size, strides, interpolated)) * size
    centers = anchor_centers(size, parts)
    assert centers.dtype == np.float32
    np.testing.assert_allclose(centers, expected, atol=1e-4)
    assert sum(part.count for part in parts) == len(expected)


@pytest.mark.parametrize("one", PUBLISHED, ids=lambda one: f"{one.label}{one.side}")
def test_every_published_detector_has_the_rows_of_one_set_of_strides(one) -> None:
    size = (one.side, one.side)
    counts = [
        sum(part.count for part in grids(size, strides, interpolated=second))
        for strides, second in LAYERS
    ]
    assert counts.count(one.rows) == 1
