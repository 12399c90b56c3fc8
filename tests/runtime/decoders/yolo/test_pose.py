"""Keypoints of several people come back from every layout and type of YOLO's heads."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.decoders.yolo.pose import YoloPoseDecoder, YoloPoseOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.results.poses import COCO_KEYPOINTS, COCO_SKELETON, Poses
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

SIZE = (320, 192)  # width and height differ on purpose
CELLS = 40 * 24 + 20 * 12 + 10 * 6
FRAME = Letterbox.fit((640, 480), SIZE, resize="letterbox")
BOXES = np.asarray([[40.0, 20, 100, 180], [150, 30, 280, 170]])  # model pixels
SCORES = [0.9, 0.6]
COUNT = 17
STEP = {"float32": 0.0, "float16": 0.0, "int8": 1.2 / 255, "int16": 1.2 / 32767}


def people() -> np.ndarray:
    """Return (2, 17, 3): x, y in model pixels and scores, spread over each box."""
    share = np.linspace(0.05, 0.95, COUNT)
    points = np.empty((2, COUNT, 3))
    for i, (left, top, right, bottom) in enumerate(BOXES):
        points[i, :, 0] = left + (right - left) * share
        points[i, :, 1] = top + (bottom - top) * share[::-1]
        points[i, :, 2] = np.linspace(0.2, 1.0, COUNT)
    return points


def head(*, rows: bool, unit: str, values: int = 3) -> np.ndarray:
    """Return (4 + 1 + 17 x values, anchors), or (6 + ..., rows) end to end."""
    extra = 6 if rows else 5
    anchors = 200 if rows else CELLS
    made = np.zeros((extra + COUNT * values, anchors))
    if not rows:
        made[0] = np.linspace(4, SIZE[0] - 4, anchors)
        made[1] = np.linspace(4, SIZE[1] - 4, anchors)
        made[2:4], made[4] = 8, 0.03
    for i, (box, score) in enumerate(zip(BOXES, SCORES, strict=True)):
        at = 7 + 50 * i
        made[:4, at] = box
        if not rows:
            made[:2, at], made[2:4, at] = (box[:2] + box[2:]) / 2, box[2:] - box[:2]
        made[4, at] = score
        made[extra:, at] = people()[i, :, :values].reshape(-1)
        if not rows:  # the neighbour sees the same person, a little less well
            made[:, at + 1] = made[:, at]
            made[4, at + 1] -= 0.2
            made[extra:, at + 1] = 0.0
    if unit == "normalized":
        made[:4] /= np.asarray([*SIZE, *SIZE])[:, None]
        for axis in (0, 1):
            made[extra + axis :: values] /= SIZE[axis]
    return made


def tensor(reals: np.ndarray, dtype: str) -> tuple[TensorSpec, np.ndarray]:
    step, raw = STEP[dtype], reals
    zero_point = -100 if dtype == "int8" else 0
    if step:
        limits = np.iinfo(dtype)
        raw = np.clip(np.rint(reals / step) + zero_point, limits.min, limits.max)
    raw = raw[None].astype(dtype)
    return TensorSpec("", 0, raw.shape, raw.dtype, step, zero_point), raw


def check(found: Poses, *, within: float, values: int = 3) -> None:
    assert isinstance(found, Poses)
    assert (found.labels, found.skeleton) == (COCO_KEYPOINTS, COCO_SKELETON)
    np.testing.assert_allclose(found.scores, SCORES, atol=0.01)
    expected = FRAME.points_to_source(people()[:, :, :2])
    np.testing.assert_allclose(found.keypoints, expected, atol=within)
    np.testing.assert_allclose(found.boxes, FRAME.boxes_to_source(BOXES), atol=within)
    scores = people()[:, :, 2]
    if values == 2:
        scores = np.repeat(np.asarray(SCORES)[:, None], COUNT, axis=1)
    np.testing.assert_allclose(found.keypoint_scores, scores, atol=0.01)


@pytest.mark.parametrize("dtype", STEP)
@pytest.mark.parametrize("channel_first", [True, False])
@pytest.mark.parametrize("rows", [False, True])
def test_people_in_every_type_and_order(
    dtype: str, channel_first: bool, rows: bool
) -> None:
    made = head(rows=rows, unit="normalized")
    spec, raw = tensor(made if channel_first else made.T, dtype)
    decoder = YoloPoseDecoder([spec], labels=("person",), model_size=SIZE)
    # A step of 1.2 / 255 of the input's width, twice as much in the frame.
    check(decoder.decode([raw], FRAME), within=3.5 if dtype == "int8" else 1.0)


@pytest.mark.parametrize("rows", [False, True])
def test_pixels_are_seen(rows: bool) -> None:
    spec, raw = tensor(head(rows=rows, unit="pixel"), "float32")
    check(YoloPoseDecoder([spec], model_size=SIZE).decode([raw], FRAME), within=0.01)


def test_keypoints_without_scores_have_the_persons() -> None:
    spec, raw = tensor(head(rows=False, unit="pixel", values=2), "float32")
    decoder = YoloPoseDecoder(
        [spec],
        model_size=SIZE,
        options=YoloPoseOptions(keypoints=[17, 2]),
    )
    check(decoder.decode([raw], FRAME), within=0.01, values=2)


def test_other_numbers_of_keypoints_have_numbers() -> None:
    made = np.zeros((4 + 2 + 15, CELLS))
    made[:4, 9] = 0.5
    made[5, 9] = 0.8
    made[6:, 9] = 0.5
    spec, raw = tensor(made, "float32")
    decoder = YoloPoseDecoder(
        [spec],
        labels=("cat", "dog"),
        model_size=SIZE,
        options=YoloPoseOptions(keypoints=[5, 3]),
    )
    found = decoder.decode([raw], FRAME)
    assert (found.labels, found.skeleton) == (tuple("01234"), ())
    np.testing.assert_allclose(found.keypoints[0], [[320, 240]] * 5, atol=0.01)
    denied = YoloPoseDecoder(
        [spec],
        labels=("cat", "dog"),
        model_size=SIZE,
        options=YoloPoseOptions(keypoints=[5, 3], deny=["dog"]),
    )
    assert len(denied.decode([raw], FRAME)) == 0


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_broken_keypoint_is_json_with_score_0(value: float) -> None:
    made = head(rows=False, unit="pixel")
    made[5 + 3 * 4, 7] = value
    spec, raw = tensor(made, "float32")
    found = YoloPoseDecoder([spec], model_size=SIZE).decode([raw], FRAME)
    points = found.to_dict()["poses"][0]["keypoints"]
    json.dumps(found.to_dict(), allow_nan=False)
    assert [i for i, point in enumerate(points) if point["score"] == 0] == [4]


def test_nobody_is_an_empty_result() -> None:
    spec, raw = tensor(np.full((56, CELLS), 0.01), "float32")
    found = YoloPoseDecoder([spec], model_size=SIZE).decode([raw], FRAME)
    assert len(found) == 0
    assert found.to_dict() == {"poses": []}


def test_people_are_chosen_with_their_boxes() -> None:
    spec, raw = tensor(head(rows=False, unit="pixel"), "float32")
    found = YoloPoseDecoder([spec], model_size=SIZE).decode([raw], FRAME)
    second = found[[1]]
    assert second.boxes is not None
    assert second[0].box == tuple(found.boxes[1].tolist())
    assert found.to_dict()["poses"][1]["box"][0] == round(float(second[0].box[0]), 2)


@pytest.mark.parametrize(
    ("shape", "options", "sentence"),
    [
        ((1, 54, CELLS), {}, "no YOLO head"),
        ((1, 57, CELLS), {"labels": ("a",)}, "2 classes, but there are 1 labels"),
        (
            (1, 56, CELLS),
            {"keypoints": [17]},
            r"values of each \(2 or 3\), such as \[17, 3\]",
        ),
        ((1, 56, CELLS), {"keypoints": [17, 4]}, "keypoints must be"),
        ((1, 56, CELLS), {"keypoints": "many"}, "keypoints must be"),
    ],
)
def test_what_does_not_fit_is_refused(
    shape: tuple[int, ...], options: dict[str, Any], sentence: str
) -> None:
    spec = TensorSpec("", 0, shape, np.dtype(np.float32))
    with pytest.raises((UnsupportedModelError, ValueError), match=sentence):
        YoloPoseDecoder(
            [spec],
            model_size=SIZE,
            labels=options.pop("labels", ()),
            options=YoloPoseOptions(**options),
        )
    with pytest.raises(UnsupportedModelError, match="one output, this one has 2"):
        YoloPoseDecoder([spec, spec], model_size=SIZE)
