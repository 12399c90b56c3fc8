"""Peaks of a heatmap become boxes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from edgevision.runtime.decoders.centernet import CenterNetDecoder, CenterNetOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

SIZE = (64, 48)
FRAME = Letterbox.fit((128, 48), SIZE)
NAMES = ("hm", "wh", "reg")


def specs(outputs: list[np.ndarray], names=NAMES, scale=0.0, zero=0):
    return [
        TensorSpec(name, i, raw.shape, raw.dtype, scale, zero)
        for i, (name, raw) in enumerate(zip(names, outputs, strict=True))
    ]


def maps() -> list[np.ndarray]:
    """Return a grid of cells of 4 pixels with two objects and a weaker neighbour."""
    heat = np.full((1, 12, 16, 3), -9, np.float32)
    size = np.zeros((1, 12, 16, 2), np.float32)
    offset = np.zeros((1, 12, 16, 2), np.float32)
    heat[0, 5, 7, 1] = np.log(9)  # 0.9
    heat[0, 5, 8, 1] = np.log(4)  # 0.8, but beside a better one
    heat[0, 5, 8, 2] = 0.0  # 0.5, of another class
    size[0, 5, 7], offset[0, 5, 7] = [4, 2], [0.5, 0.25]
    size[0, 5, 8], offset[0, 5, 8] = [2, 6], [0.0, 0.5]
    return [heat, size, offset]


EXPECTED = np.float32([[44, 17, 76, 25], [56, 10, 72, 34]])


def decoded(outputs: list[np.ndarray], names=NAMES, **options: Any):
    options.setdefault("activation", "sigmoid")
    decoder = CenterNetDecoder(
        specs(outputs, names), model_size=SIZE, options=CenterNetOptions(**options)
    )
    return decoder.decode(outputs, FRAME)


def test_each_peak_is_a_box() -> None:
    result = decoded(maps())
    np.testing.assert_allclose(result.scores, [0.9, 0.5], rtol=1e-6)
    assert result.class_ids.tolist() == [1, 2]
    np.testing.assert_allclose(result.boxes, EXPECTED, atol=1e-4)
    assert len(decoded(maps(), score_threshold=0.95)) == 0
    assert decoded(maps(), deny=["1"]).class_ids.tolist() == [2]


def test_outputs_are_told_apart_by_names_or_by_the_caller() -> None:
    heat, size, offset = maps()
    shuffled, names = [offset, heat, size], ("center/reg", "a:0", "ctdet/wh")
    np.testing.assert_allclose(decoded(shuffled, names).boxes, EXPECTED, atol=1e-4)
    with pytest.raises(UnsupportedModelError, match=r"roles=size,heatmap,offset"):
        decoded(shuffled, ("a", "b", "c"))
    result = decoded(shuffled, ("a", "b", "c"), roles="offset,heatmap,size")
    np.testing.assert_allclose(result.boxes, EXPECTED, atol=1e-4)
    for roles, match in (
        ("offset,heatmap", "each of the 3 outputs once"),
        ("heatmap,size,offset", "has 3 channels, and offset has 2|has 3 channels"),
        ("offset,heatmap,wide", "No role 'wide'"),
    ):
        with pytest.raises(ValueError, match=match):
            decoded(shuffled, ("a", "b", "c"), roles=roles)


def test_other_orders_and_units() -> None:
    heat, size, offset = maps()
    turned = [heat, size[..., ::-1] * 4, offset[..., ::-1]]
    result = decoded(turned, order="yx", size_unit="pixel")
    np.testing.assert_allclose(result.boxes, EXPECTED, atol=1e-4)
    # Without offsets a middle lies at its cell's corner.
    result = decoded([heat, size], names=NAMES[:2])
    np.testing.assert_allclose(result.boxes[0], [40, 16, 72, 24], atol=1e-4)


def test_quantized_scores_need_no_activation() -> None:
    heat, size, offset = maps()
    raw = np.rint(256 / (1 + np.exp(-heat))).clip(0, 255).astype(np.uint8)
    tensors = [
        TensorSpec("hm", 0, raw.shape, raw.dtype, 1 / 256, 0),
        *specs([heat, size, offset])[1:],
    ]
    result = CenterNetDecoder(tensors, model_size=SIZE).decode(
        [raw, size, offset], FRAME
    )
    np.testing.assert_allclose(result.boxes, EXPECTED, atol=1e-4)
    with pytest.raises(UnsupportedModelError, match="activation=none or sigmoid"):
        CenterNetDecoder(specs(maps()), model_size=SIZE)
    with pytest.raises(UnsupportedModelError, match="these are logits"):
        decoded(maps(), activation="none")


def test_broken_values_are_dropped() -> None:
    heat, size, offset = maps()
    heat[0, 2, 2, 0] = np.nan
    heat[0, 5, 8, 2] = -np.inf
    size[0, 5, 7, 0] = np.nan
    assert len(decoded([heat, size, offset])) == 0


def test_wrong_outputs_are_refused() -> None:
    heat, size, offset = maps()
    for outputs in ([heat, size, heat], [heat, size[:, :6], offset], [heat]):
        with pytest.raises(UnsupportedModelError, match="are no CenterNet; expected a"):
            decoded(outputs, NAMES[: len(outputs)])
    with pytest.raises(UnsupportedModelError, match="3 classes, but there are 2"):
        CenterNetDecoder(specs(maps()), model_size=SIZE, labels=("a", "b"))
    with pytest.raises(ValueError, match="No order 'wh'"):
        CenterNetOptions(order="wh")
