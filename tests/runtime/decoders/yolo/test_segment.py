"""Boxes with masks: known shapes come back in the frame's own pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from edgevision.runtime.decoders.yolo.segment import YoloSegmentDecoder
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

SIZE = (320, 192)  # width and height differ on purpose
CELLS = 40 * 24 + 20 * 12 + 10 * 6
BOXES = np.asarray([[44.0, 21, 104, 81], [150, 60, 270, 180]])  # model pixels
SCORES = [0.9, 0.6]
IDS = [1, 0]
COUNT = 8  # prototypes
STEP = {"float32": 0.0, "int8": 8 / 255, "int16": 8 / 32767}
FRAMES = [(640, 480), (160, 96), (1920, 1080), (777, 633)]


def circle(box: np.ndarray, x: Any, y: Any) -> Any:
    """Return how far points lie within the circle that fits a box, model pixels."""
    center, radius = (box[:2] + box[2:]) / 2, (box[2] - box[0]) / 2
    return radius - np.hypot(x - center[0], y - center[1])


def prototypes() -> np.ndarray:
    """Return (48, 80, 8): two circles, and planes that no object asks for."""
    y, x = (np.mgrid[:48, :80] + 0.5) * 4
    planes = np.full((48, 80, COUNT), 0.7)
    for i, box in enumerate(BOXES):
        planes[:, :, i] = np.clip(circle(box, x, y) / 16, -1, 1)
    return planes


def head(*, rows: bool) -> np.ndarray:
    extra = 6  # four of the box, then two classes, or score and class
    made = np.zeros((extra + COUNT, 200 if rows else CELLS))
    if not rows:
        made[0] = np.linspace(0.02, 0.98, CELLS)
        made[1] = np.linspace(0.02, 0.98, CELLS)
        made[2:4] = 0.03
    for i, box in enumerate(BOXES / [*SIZE, *SIZE]):
        at = 5 + 40 * i
        made[:4, at] = box
        if rows:
            made[4:6, at] = SCORES[i], IDS[i]
        else:
            made[:2, at], made[2:4, at] = (box[:2] + box[2:]) / 2, box[2:] - box[:2]
            made[4 + IDS[i], at] = SCORES[i]
        made[extra + i, at] = 2.0
        made[extra + 2 :, at] = [1, -1, 1, -1, 1, -1]  # cancel each other
    return made


def tensor(reals: np.ndarray, dtype: str, index: int) -> tuple[TensorSpec, np.ndarray]:
    step, raw = STEP[dtype], reals
    if step:
        raw = np.rint(reals / step)
    raw = np.ascontiguousarray(raw[None].astype(dtype))
    return TensorSpec("", index, raw.shape, raw.dtype, step, 0), raw


@pytest.mark.parametrize("dtype", ["float32", "int16"])
@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("rows", [False, True])
@pytest.mark.parametrize("frame", FRAMES, ids=str)
@pytest.mark.parametrize("resize", ["letterbox", "stretch"])
def test_circles_come_back_where_they_are(
    dtype: str, planar: bool, rows: bool, frame: tuple[int, int], resize: str
) -> None:
    planes = prototypes()
    outputs = [
        tensor(planes.transpose(2, 0, 1) if planar else planes, dtype, 0),
        tensor(head(rows=rows).T if rows else head(rows=rows), dtype, 1),
    ]
    decoder = YoloSegmentDecoder(
        [spec for spec, _ in outputs], labels=("cat", "dog"), model_size=SIZE
    )
    letterbox = Letterbox.fit(frame, SIZE, resize=resize)
    found = decoder.decode([raw for _, raw in outputs], letterbox)
    assert found.labels == ("dog", "cat")
    assert found.masks is not None
    y, x = np.mgrid[: frame[1], : frame[0]] + 0.5
    model = letterbox.points_to_model(np.stack([x, y], axis=-1))
    for i, box in enumerate(BOXES):
        ideal = circle(box, model[..., 0], model[..., 1]) > 0
        mask = found.masks.whole(i)
        union = np.count_nonzero(mask | ideal)
        assert np.count_nonzero(mask & ideal) / union > 0.94
        # No mask leaves its box.
        left, top, right, bottom = found.boxes[i]
        seen = np.argwhere(mask)
        assert seen.min(axis=0)[0] >= np.floor(top)
        assert seen.max(axis=0)[0] < np.ceil(bottom)
        assert seen.min(axis=0)[1] >= np.floor(left)
        assert seen.max(axis=0)[1] < np.ceil(right)


def test_an_8_bit_head_gives_nearly_the_same() -> None:
    made = head(rows=False)
    step = 1 / 60  # boxes, scores and coefficients in one scale: coarse
    raw = np.rint(made / step)[None].astype(np.int8)
    spec = TensorSpec("", 0, raw.shape, raw.dtype, step, 0)
    planes = tensor(prototypes(), "int8", 1)
    decoder = YoloSegmentDecoder([spec, planes[0]], model_size=SIZE)
    letterbox = Letterbox.fit((640, 384), SIZE)
    found = decoder.decode([raw, planes[1]], letterbox)
    assert found.class_ids.tolist() == IDS
    areas = found.masks.areas() * 640 * 384
    expected = [np.pi * (box[2] - box[0]) ** 2 for box in BOXES]
    np.testing.assert_allclose(areas, expected, rtol=0.12)


def test_nothing_found_has_no_masks() -> None:
    outputs = [tensor(head(rows=False) * 0, "float32", 0)]
    outputs.append(tensor(prototypes(), "float32", 1))
    decoder = YoloSegmentDecoder([spec for spec, _ in outputs], model_size=SIZE)
    found = decoder.decode([raw for _, raw in outputs], Letterbox.fit((9, 9), SIZE))
    assert len(found) == 0


def test_other_tensors_are_refused() -> None:
    kind = np.dtype(np.float32)

    def spec(*shape: int) -> TensorSpec:
        return TensorSpec("", 0, shape, kind)

    for tensors in (
        [spec(1, 38, CELLS)],
        [spec(1, 38, CELLS), spec(1, 80, 48, 32)],
        [spec(1, 38, CELLS), spec(1, 48, 80, 1)],
        [],
    ):
        with pytest.raises(UnsupportedModelError, match="with prototype masks"):
            YoloSegmentDecoder(tensors, model_size=SIZE)
    with pytest.raises(UnsupportedModelError, match="no YOLO head"):
        YoloSegmentDecoder([spec(1, 36, CELLS), spec(1, 48, 80, 32)], model_size=SIZE)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e38])
def test_broken_prototypes_cost_their_own_objects_only(value: float) -> None:
    planes = prototypes()
    planes[:24, :24] = value  # where the first circle is
    outputs = [tensor(planes, "float32", 0), tensor(head(rows=False), "float32", 1)]
    decoder = YoloSegmentDecoder([spec for spec, _ in outputs], model_size=SIZE)
    letterbox = Letterbox.fit((640, 384), SIZE)
    found = decoder.decode([raw for _, raw in outputs], letterbox)
    areas = found.masks.areas() * 640 * 384
    assert areas[1] == pytest.approx(np.pi * 120**2, rel=0.05)
