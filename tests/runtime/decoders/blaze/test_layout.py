"""Which tensors are boxes and scores, in each form in which they are published."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.blaze.layout import find_blaze_layout
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError


def specs(*shapes: tuple[int, ...]) -> list[TensorSpec]:
    kind = np.dtype("float32")
    return [TensorSpec("", i, shape, kind) for i, shape in enumerate(shapes)]


@pytest.mark.parametrize(
    ("side", "shapes", "keypoints", "parts"),
    [
        (128, [(1, 896, 16), (1, 896, 1)], 6, [(0, 1, 896)]),
        (128, [(1, 896, 1), (1, 896, 16)], 6, [(1, 0, 896)]),
        (256, [(1, 2944, 18), (1, 2944)], 7, [(0, 1, 2944)]),
        (192, [(1, 2304, 1, 16), (1, 2304, 1, 1)], 6, [(0, 1, 2304)]),
        (224, [(1, 2254, 12), (1, 2254, 1)], 4, [(0, 1, 2254)]),
        (128, [(1, 896, 17)], 6, [(0, 0, 896)]),
        (128, [(1, 896, 4), (1, 896, 1)], 0, [(0, 1, 896)]),
        (  # one pair for each stride, as rows
            256,
            [(1, 512, 16), (1, 384, 16), (1, 512, 1), (1, 384, 1)],
            6,
            [(0, 2, 512), (1, 3, 384)],
        ),
        (  # and as maps
            128,
            [(1, 8, 8, 6), (1, 16, 16, 2), (1, 8, 8, 96), (1, 16, 16, 32)],
            6,
            [(3, 1, 512), (2, 0, 384)],
        ),
    ],
)
def test_tensors_are_found_in_any_order(
    side: int,
    shapes: list[tuple[int, ...]],
    keypoints: int,
    parts: list[tuple[int, int, int]],
) -> None:
    layout = find_blaze_layout(specs(*shapes), model_size=(side, side))
    assert layout.keypoints == keypoints
    assert [(p.boxes, p.scores, p.rows) for p in layout.parts] == parts
    assert layout.count == sum(rows for *_, rows in parts)
    assert f"{layout.count} rows" in layout.evidence


def test_strides_of_a_training_of_one_s_own_are_taken() -> None:
    tensors = specs((1, 1000, 16), (1, 1000, 1))
    with pytest.raises(UnsupportedModelError, match="one of 1400, 350, 1150, 1600 for"):
        find_blaze_layout(tensors, model_size=(160, 160))
    layout = find_blaze_layout(tensors, model_size=(160, 160), strides=(8, 16))
    assert layout.strides == (8, 16)
    single = find_blaze_layout(
        specs((1, 800, 16), (1, 800, 1)),
        model_size=(160, 160),
        strides=[8],
        interpolated=True,
    )
    assert single.count == 800
    with pytest.raises(UnsupportedModelError, match=r"N is 250 \(strides 16, 32\) for"):
        find_blaze_layout(tensors, model_size=(160, 160), strides=(16, 32))


@pytest.mark.parametrize(
    "shapes",
    [
        [],
        [(1, 896, 16)],
        [(1, 896, 16), (1, 896, 2)],
        [(1, 896, 15), (1, 896, 1)],
        [(1, 896, 16), (1, 896, 1), (1, 4)],
        [(1, 896, 16), (1, 895, 1)],
        [(1, 84, 8400)],
        [(4, 896, 16), (4, 896, 1)],
        [(1, 512, 16), (1, 384, 18), (1, 512, 1), (1, 384, 1)],
        [(), ()],
    ],
)
def test_other_outputs_are_refused(shapes: list[tuple[int, ...]]) -> None:
    with pytest.raises(UnsupportedModelError, match="no detector of the BlazeFace"):
        find_blaze_layout(specs(*shapes), model_size=(128, 128))
