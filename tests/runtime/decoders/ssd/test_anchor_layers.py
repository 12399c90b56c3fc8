"""Layers of anchors: counts, middles and sides, against a loop over the cells."""

from __future__ import annotations

import math

import numpy as np
import pytest
from edgevision.runtime.decoders.ssd.anchor_layers import (
    CENTERS,
    ORDERS,
    fixed_layers,
    pyramid_layers,
    ssd_layers,
)
from hypothesis import given
from hypothesis import strategies as st

SIDES = st.integers(64, 400)


def laid_out(layers: tuple) -> np.ndarray:
    return np.concatenate([layer.laid_out() for layer in layers])


@given(SIDES, SIDES, st.sampled_from(CENTERS), st.sampled_from(ORDERS))
def test_a_pyramid_equals_a_loop_over_its_cells(
    width: int, height: int, center: str, slowest: str
) -> None:
    ratios, octaves, scale = (1.0, 2.0), 2, 3.0
    rows = []
    for level in (4, 5):
        stride = 2**level
        columns, lines = math.ceil(width / stride), math.ceil(height / stride)
        if slowest == "octaves":
            kinds = [(o, r) for o in range(octaves) for r in ratios]
        else:
            kinds = [(o, r) for r in ratios for o in range(octaves)]
        for y in range(lines):
            for x in range(columns):
                for octave, ratio in kinds:
                    side = scale * stride * 2 ** (octave / octaves)
                    w, h = side * ratio**0.5 / width, side / ratio**0.5 / height
                    cx, cy = (x + 0.5) * stride / width, (y + 0.5) * stride / height
                    if center == "cell":
                        cx, cy = (x + 0.5) / columns, (y + 0.5) / lines
                        w *= width / columns / stride
                        h *= height / lines / stride
                    elif center == "even-stride":
                        cx -= 0.5 * stride / width if width % stride else 0
                        cy -= 0.5 * stride / height if height % stride else 0
                    elif center == "corner":
                        cx = x * (width // columns) / width
                        cy = y * (height // lines) / height
                    rows.append((cx, cy, w, h))
    layers = pyramid_layers(
        (width, height),
        scale=scale,
        octaves=octaves,
        aspect_ratios=ratios,
        levels=(4, 5),
        center=center,
        slowest=slowest,
    )
    assert sum(map(len, layers)) == len(rows)
    np.testing.assert_allclose(laid_out(layers), rows, atol=1e-5)


@given(SIDES, SIDES)
def test_ssd_lays_boxes_of_the_same_shape_in_any_input(width: int, height: int) -> None:
    layers = ssd_layers((width, height))
    pixels = laid_out(layers)[:, 2:] * [width, height]
    ratios = {round(float(r), 3) for r in pixels[:, 0] / pixels[:, 1]}
    assert ratios <= {1.0, 2.0, 0.5, 3.0, 0.333}
    assert pixels.min() == pytest.approx(0.1 * min(width, height), rel=1e-3)
    for layer in layers:
        anchors = layer.laid_out()
        # The middles lie evenly: the same set from either end.
        for axis in (0, 1):
            middles = np.unique(anchors[:, axis].round(5))
            np.testing.assert_allclose(middles, 1 - middles[::-1], atol=2e-5)
        assert len(layer) == len(anchors)


def test_whole_sides_are_those_of_torchvision() -> None:
    """Its sizes are 32, 40 and 50 on the first level, its half sides whole pixels."""
    layers = pyramid_layers(
        (800, 800),
        scale=4.0,
        aspect_ratios=(2.0, 1.0, 0.5),
        center="corner",
        slowest="ratios",
        whole_sides=True,
    )
    sides = laid_out(layers)[:9, 2:] * 800
    expected = [[46, 22], [56, 28], [70, 36], [32, 32], [40, 40], [50, 50]]
    np.testing.assert_allclose(sides[:6], expected, atol=1e-3)
    np.testing.assert_allclose(sides[6:], np.asarray(expected)[:3, ::-1], atol=1e-3)


def test_fixed_sides_are_cut_at_the_input() -> None:
    (layer,) = fixed_layers((320, 240), strides=(64,), sides=((128, 256),))
    assert (layer.columns, layer.rows) == (5, 4)
    np.testing.assert_allclose(layer.sides, [(0.4, 128 / 240), (0.8, 1.0)])
    # 240 / 64 is no whole number: the rows share the input evenly.
    np.testing.assert_allclose(layer.laid_out()[-1, :2], [0.9, 0.875])
