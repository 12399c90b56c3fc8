"""Detectors of the BlazeFace family give what was encoded by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from edgevision.runtime.decoders.blaze.anchors import anchor_centers, grids
from edgevision.runtime.decoders.blaze.decoder import BlazeFaceDecoder
from edgevision.runtime.decoders.blaze.kinds import KINDS
from edgevision.runtime.decoders.blaze.options import BlazeOptions
from edgevision.runtime.decoders.factory import named_decoder
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.tensors.quantization import quantize
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import UnsupportedModelError

SIZE = (128, 128)
STRIDES = (8, 16, 16, 16)
FRAME = Letterbox.fit((256, 256), SIZE)
CENTERS = anchor_centers(SIZE, grids(SIZE, STRIDES))
COUNT = len(CENTERS)

# Row, logit, box in model pixels: center x, center y, width, height.
SAID = [
    (100, 3.0, (40.0, 30.0, 20.0, 24.0)),
    (101, 1.0, (42.0, 30.0, 20.0, 24.0)),  # overlaps the first
    (700, 2.0, (90.0, 95.0, 30.0, 30.0)),
]
OTHER = -120.0


def sigmoid(logit: float) -> float:
    return float(1 / (1 + np.exp(-logit)))


def keypoints_of(box: tuple[float, ...], count: int = 6) -> np.ndarray:
    """Return keypoints that lie on a diagonal of the box."""
    steps = np.linspace(-0.5, 0.5, count)[:, None]
    return np.asarray(box[:2]) + steps * np.asarray(box[2:])


def head(count: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Return the two tensors: offsets from the anchors, and logits."""
    boxes = np.zeros((1, COUNT, 4 + 2 * count), np.float32)
    scores = np.full((1, COUNT, 1), OTHER, np.float32)
    for row, logit, box in SAID:
        scores[0, row] = logit
        boxes[0, row, :2] = np.asarray(box[:2]) - CENTERS[row]
        boxes[0, row, 2:4] = box[2:]
        boxes[0, row, 4:] = (keypoints_of(box, count) - CENTERS[row]).reshape(-1)
    return boxes, scores


def specs_of(arrays: list[np.ndarray]) -> list[TensorSpec]:
    return [TensorSpec("", i, a.shape, a.dtype) for i, a in enumerate(arrays)]


def decode(arrays: list[np.ndarray], **options: Any) -> Detections:
    decoder = BlazeFaceDecoder(
        specs_of(arrays), model_size=SIZE, options=BlazeOptions(**options)
    )
    return decoder.decode(arrays, FRAME)


def corners(box: tuple[float, ...]) -> np.ndarray:
    x, y, width, height = box
    return np.asarray([x - width / 2, y - height / 2, x + width / 2, y + height / 2])


def test_boxes_that_overlap_become_their_mean_by_score() -> None:
    found = decode(list(head()))
    assert found.labels == ("face", "face")
    first, second = sigmoid(3.0), sigmoid(1.0)
    np.testing.assert_allclose(found.scores, [first, sigmoid(2.0)], rtol=1e-5)
    mean = (first * corners(SAID[0][2]) + second * corners(SAID[1][2])) / (
        first + second
    )
    # The frame is twice as large as the input.
    np.testing.assert_allclose(found.boxes[0], mean * 2, rtol=1e-5)
    np.testing.assert_allclose(found.boxes[1], corners(SAID[2][2]) * 2, rtol=1e-5)
    points = first * keypoints_of(SAID[0][2]) + second * keypoints_of(SAID[1][2])
    assert found.keypoints is not None
    np.testing.assert_allclose(
        found.keypoints[0], points / (first + second) * 2, rtol=1e-5
    )
    assert found.keypoint_labels == KINDS["face"].keypoints


def test_plain_suppression_keeps_the_best_as_it_is() -> None:
    found = decode(list(head()), nms="class-aware")
    np.testing.assert_allclose(found.boxes[0], corners(SAID[0][2]) * 2, rtol=1e-5)
    assert found.keypoints is not None
    np.testing.assert_allclose(
        found.keypoints[0], keypoints_of(SAID[0][2]) * 2, rtol=1e-5
    )
    assert len(decode(list(head()), nms="none")) == 3
    assert len(decode(list(head()), iou_threshold=0.95)) == 3
    assert len(decode(list(head()), max_detections=1)) == 1


def test_every_form_of_the_tensors_gives_the_same() -> None:
    boxes, scores = head()
    expected = decode([boxes, scores])
    cells = 16 * 16 * 2
    forms = [
        [scores, boxes],
        [scores[..., 0], boxes],
        [np.concatenate([scores, boxes], axis=2)],
        [boxes[:, :cells], scores[:, :cells], boxes[:, cells:], scores[:, cells:]],
        [
            scores[:, cells:].reshape(1, 8, 8, 6),
            boxes[:, cells:].reshape(1, 8, 8, 96),
            scores[:, :cells].reshape(1, 16, 16, 2),
            boxes[:, :cells].reshape(1, 16, 16, 32),
        ],
        [boxes.astype(np.float16), scores.astype(np.float16)],
    ]
    for arrays in forms:
        found = decode(arrays)
        exact = arrays[0].dtype == np.float32
        np.testing.assert_allclose(
            found.boxes, expected.boxes, atol=1e-4 if exact else 0.1
        )
        np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-3)
        np.testing.assert_allclose(
            found.keypoints, expected.keypoints, atol=1e-4 if exact else 0.2
        )


@pytest.mark.parametrize(("dtype", "zero_point"), [("int8", 5), ("uint8", 140)])
def test_quantized_tensors_are_thresholded_raw(dtype: str, zero_point: int) -> None:
    boxes, scores = head()
    scales = (1.0, 1.0)
    raw = [
        quantize(array, scale, zero_point, dtype)
        for array, scale in zip((boxes, scores), scales, strict=True)
    ]
    tensors = [
        TensorSpec("", i, array.shape, array.dtype, scales[i], zero_point)
        for i, array in enumerate(raw)
    ]
    reals = [(array.astype(np.float32) - zero_point) for array in raw]
    expected = decode(reals)
    decoder = BlazeFaceDecoder(tensors, model_size=SIZE)
    found = decoder.decode(raw, FRAME)
    assert len(found) == 2
    np.testing.assert_allclose(found.boxes, expected.boxes, rtol=1e-5)
    np.testing.assert_allclose(found.keypoints, expected.keypoints, rtol=1e-5)
    np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-5)


def test_a_score_at_the_threshold_is_kept() -> None:
    boxes, scores = head()
    at = float(np.float32(sigmoid(2.0)))
    assert len(decode([boxes, scores], score_threshold=at - 1e-6)) == 2
    assert len(decode([boxes, scores], score_threshold=at + 1e-6)) == 1
    everything = decode([boxes, scores], score_threshold=0.0, max_detections=3)
    assert everything.scores[0] == pytest.approx(sigmoid(3.0))


def test_integers_without_a_logit_above_the_threshold_find_nothing() -> None:
    boxes, scores = head()
    raw = np.where(scores > 0, 255, 0).astype(np.uint8)
    for zero_point, count in ((255, 0), (250, 2)):
        tensors = [
            TensorSpec("", 0, boxes.shape, boxes.dtype),
            TensorSpec("", 1, raw.shape, raw.dtype, 1.0, zero_point),
        ]
        decoder = BlazeFaceDecoder(tensors, model_size=SIZE)
        assert len(decoder.decode([boxes, raw], FRAME)) == count


def test_logits_are_bounded_and_what_is_not_finite_is_dropped() -> None:
    boxes, scores = head()
    scores[0, 100] = 3e38  # sigmoid is 1, without a warning
    scores[0, 700] = np.nan
    boxes[0, 101, 0] = np.inf
    found = decode([boxes, scores])
    assert found.scores.tolist() == [1.0]
    np.testing.assert_allclose(found.boxes[0], corners(SAID[0][2]) * 2, rtol=1e-5)


def test_an_empty_frame_names_the_keypoints() -> None:
    boxes, scores = head()
    found = decode([boxes, np.full_like(scores, OTHER)])
    assert len(found) == 0
    assert found.keypoint_labels == KINDS["face"].keypoints
    assert found.to_dict() == {"detections": []}


@pytest.mark.parametrize(("count", "label"), [(4, "person"), (6, "face"), (7, "palm")])
def test_the_number_of_keypoints_says_the_kind(count: int, label: str) -> None:
    found = decode(list(head(count)))
    assert found.labels[0] == label
    assert len(found.keypoint_labels) == count
    with pytest.raises(UnsupportedModelError, match="gives . keypoints, and these"):
        decode(list(head(count)), kind="palm" if label != "palm" else "face")


def test_other_numbers_of_keypoints_and_labels_of_one_s_own() -> None:
    boxes, scores = head(2)
    found = decode([boxes, scores])
    assert found.labels[0] == "object"
    assert found.keypoint_labels == ("keypoint 1", "keypoint 2")
    named = named_decoder(
        "blazeface", specs_of([boxes, scores]), model_size=SIZE, labels=("plate",)
    )
    result = named.decode([boxes, scores], FRAME)
    assert isinstance(result, Detections)
    assert result.labels == ("plate", "plate")


def test_scores_that_are_logits_are_refused_where_they_should_be_scores() -> None:
    boxes, scores = head()
    with pytest.raises(UnsupportedModelError, match="A score is 3, and 0..1 was"):
        decode([boxes, scores], activation="none")
    shares = 1 / (1 + np.exp(-scores.astype(np.float64)))
    found = decode([boxes, shares.astype(np.float32)], activation="none")
    np.testing.assert_allclose(found.scores, [sigmoid(3.0), sigmoid(2.0)], rtol=1e-5)


def test_a_box_beyond_the_frame_is_cut_and_known_whole() -> None:
    boxes, scores = head()
    boxes[0, 700, 2:4] = 100.0
    found = decode([boxes, scores], nms="none")
    whole = corners((90.0, 95.0, 100.0, 100.0)) * 2
    assert found.uncut is not None
    np.testing.assert_allclose(found.uncut[1], whole, rtol=1e-5)
    np.testing.assert_allclose(found.boxes[1], whole.clip(0, 256), rtol=1e-5)


def test_nothing_aliases_the_interpreter_s_memory() -> None:
    arrays = list(head())
    found = decode(arrays, nms="none")
    for result in (found.boxes, found.scores, found.keypoints):
        assert not any(np.shares_memory(result, array) for array in arrays)


def test_an_allow_list_leaves_keypoints_with_their_boxes() -> None:
    found = decode(list(head()), allow=["face"])
    assert found.keypoints is not None
    assert found.keypoints.shape == (2, 6, 2)
    with pytest.raises(ValueError, match="leave no class to report"):
        decode(list(head()), deny=["face"])
