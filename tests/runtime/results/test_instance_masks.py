"""Masks of single objects: whole, chosen, joined, and as COCO writes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from edgevision.runtime.drawing.overlay import draw
from edgevision.runtime.drawing.palette import color_of
from edgevision.runtime.model.tiled import merge
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.results.instance_masks import InstanceMasks
from hypothesis import given
from hypothesis import strategies as st

SIZE = (12, 9)


def masks() -> InstanceMasks:
    disc = np.asarray([[0, 1, 0], [1, 1, 1]], bool)
    return InstanceMasks(SIZE, np.asarray([[2, 1], [8, 7]]), (disc, disc[:, :2]))


def detections() -> Detections:
    boxes = np.asarray([[2, 1, 5, 3], [8, 7, 10, 9]], np.float32)
    scores = np.asarray([0.9, 0.8], np.float32)
    return Detections(boxes, scores, np.asarray([3, 4]), ("cat", "dog"), masks())


def test_a_part_lies_where_its_corner_is() -> None:
    whole = masks().whole(0)
    assert whole.shape == (9, 12)
    assert np.argwhere(whole).tolist() == [[1, 3], [2, 2], [2, 3], [2, 4]]
    np.testing.assert_allclose(masks().areas(), [4 / 108, 3 / 108])


def test_subsets_and_single_objects_keep_their_masks() -> None:
    found = detections()
    second = found[found.scores < 0.85]
    assert second.masks is not None
    np.testing.assert_array_equal(second.masks.whole(0), masks().whole(1))
    assert [item.mask.shape for item in found] == [(2, 3), (2, 2)]
    np.testing.assert_array_equal(found[1].mask, masks().parts[1])
    assert found.to_dict()["detections"][0]["area"] == round(4 / 108, 6)
    assert len(found[[]].masks) == 0


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_run_lengths_are_those_of_coco(width: int, height: int, seed: int) -> None:
    coder: Any = pytest.importorskip("pycocotools.mask")
    rng = np.random.default_rng(seed)
    part = rng.random((height, width)) < rng.random()
    made = InstanceMasks((width + 2, height + 1), np.asarray([[1, 1]]), (part,))
    rle = made.to_rle(0)
    decoded = coder.decode(coder.frPyObjects(rle, *rle["size"]))
    np.testing.assert_array_equal(decoded.astype(bool), made.whole(0))


def test_coco_records_have_a_segmentation() -> None:
    records = detections().to_coco(7)
    assert records[0]["segmentation"]["size"] == [9, 12]
    assert sum(records[1]["segmentation"]["counts"]) == 108


def test_views_of_a_frame_are_joined() -> None:
    found = detections()
    moved = Detections(
        found.boxes + np.float32(100),
        found.scores,
        found.class_ids,
        found.labels,
        masks().moved(100, 100, (200, 200)),
    )
    still = Detections(
        found.boxes,
        found.scores,
        found.class_ids,
        found.labels,
        masks().moved(0, 0, (200, 200)),
    )
    merged = merge([still, moved], iou_threshold=0.5, max_detections=3)
    assert merged.masks is not None
    for item, corner in zip(merged, merged.masks.corners.tolist(), strict=True):
        assert list(item.box[:2]) == corner


def test_masks_are_tinted_in_the_colour_of_the_class() -> None:
    image = np.zeros((90, 120, 3), np.uint8)
    part = np.zeros((40, 40), bool)
    part[10:30, 10:30] = True
    found = Detections(
        np.asarray([[40, 40, 80, 80]], np.float32),
        np.ones(1, np.float32),
        np.asarray([3]),
        ("cat",),
        InstanceMasks((120, 90), np.asarray([[40, 40]]), (part,)),
    )
    drawn = draw(image, found)
    half = [round(value / 2) for value in color_of(3)]
    np.testing.assert_allclose(drawn[60, 60], half, atol=1)
    assert not drawn[48, 60].any()
    assert not image.any()
    np.testing.assert_allclose(draw(image, found, mask_alpha=1.0)[60, 60], color_of(3))
    with pytest.raises(ValueError, match="a frame of 120x90, the picture is 90x90"):
        draw(image[:, :90], found)


def test_an_empty_mask_and_a_slice_are_drawn() -> None:
    found = detections()
    empty = np.zeros((2, 2), bool)
    assert found.masks is not None
    parts = (found.masks.parts[1], empty)  # the first is a view with gaps
    masks = InstanceMasks(SIZE, np.asarray([[2, 1], [8, 7]]), parts)
    drawn = Detections(found.boxes, found.scores, found.class_ids, found.labels, masks)
    assert draw(np.zeros((9, 12, 3), np.uint8), drawn).any()


@pytest.mark.parametrize(
    ("corners", "part", "sentence"),
    [
        ([[0, 0], [1, 1]], np.ones((1, 1), bool), r"shape \(1, 2\), got \(2, 2\)"),
        ([[0, 0]], np.ones((1, 1)), r"must be bool \(h, w\), got float64"),
        ([[10, 0]], np.ones((1, 3), bool), "outside of the 12x9 frame"),
        ([[-1, 0]], np.ones((1, 3), bool), "outside of the 12x9 frame"),
    ],
)
def test_wrong_masks_are_refused(corners: Any, part: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        InstanceMasks(SIZE, np.asarray(corners), (part,))
    found = detections()
    with pytest.raises(ValueError, match="masks must be 1, got 2"):
        Detections(
            found.boxes[:1], found.scores[:1], found.class_ids[:1], ("a",), masks()
        )
