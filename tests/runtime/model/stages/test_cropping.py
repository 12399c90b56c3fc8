"""Regions for the second model, by hand: boxes, keypoints, circles, eyes, users."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.geometry import Letterbox, RotatedCrop
from edgevision.runtime.model.stages.crop_rules import crop_rule
from edgevision.runtime.model.stages.cropping import Cropper
from edgevision.runtime.model.stages.options import ThenOptions
from edgevision.runtime.results import Detections

from edgevision.card import InputCard
from edgevision.errors import UnsupportedModelError

FRAME = (200, 100)


def objects(box: Any, **points: Any) -> Detections:
    names = tuple(name.replace("_", " ") for name in points)
    keypoints = np.asarray([list(points.values())], np.float32) if points else None
    return Detections(
        np.asarray([box], np.float32),
        np.ones(1, np.float32),
        np.zeros(1, np.int64),
        ("thing",),
        keypoints=keypoints,
        keypoint_labels=names,
    )


def cropper(kind: str, side: Any = (64, 64), **said: Any) -> Cropper:
    rule = crop_rule(kind, ThenOptions(**said))
    return Cropper(rule, InputCard(*side), "eye.tflite")


def crop(made: Cropper, found: Detections) -> RotatedCrop:
    (part,) = made.parts(found, FRAME)
    assert isinstance(part.letterbox, RotatedCrop)
    return part.letterbox


def test_a_palm_is_turned_moved_and_grown_as_mediapipe_does_it() -> None:
    # The fingers point to the right: the crop's top is at the right of the frame.
    palm = objects((60, 40, 80, 60), wrist=(60, 50), **{"middle finger MCP": (80, 50)})
    hand = crop(cropper("hand"), palm)
    assert math.degrees(hand.angle) == pytest.approx(90)
    # Half of the height of 20 towards the fingers, then 2.6 times the long side.
    assert hand.center == pytest.approx((80, 50))
    assert hand.size == pytest.approx((52, 52))
    top = hand.points_to_source([32, 0])
    np.testing.assert_allclose(top, [106, 50], atol=1e-3)


def test_an_object_at_the_frame_s_edge_has_the_region_of_its_whole_box() -> None:
    cut = objects((0, 40, 20, 60), wrist=(0, 50), **{"middle finger MCP": (20, 50)})
    whole = replace(cut, uncut=np.asarray([[-20, 40, 20, 60]], np.float32))
    hand = crop(cropper("hand"), whole)
    # Half of the height of 20 from the middle at 0, 50; 2.6 times the long side of 40.
    assert hand.center == pytest.approx((10, 50))
    assert hand.size == pytest.approx((104, 104))
    assert crop(cropper("hand"), cut).size == pytest.approx((52, 52))


def test_without_the_keypoints_a_plain_box_is_used() -> None:
    plain = crop(cropper("hand"), objects((60, 40, 80, 60)))
    assert (plain.angle, plain.center) == (0, (70, 50))
    assert plain.size == pytest.approx((30, 30))
    other = crop(cropper("hand"), objects((60, 40, 80, 60), tip=(1, 2)))
    assert other == plain
    # A net of a person's points, behind any detector of people.
    body = crop(cropper("pose"), objects((60, 10, 80, 90)))
    assert body.size == pytest.approx((100, 100))


def test_a_body_is_the_circle_around_its_hips() -> None:
    body = objects(
        (60, 40, 80, 60),
        mid_hip_center=(100, 50),
        full_body_size_and_rotation=(100, 10),
    )
    found = crop(cropper("pose"), body)
    assert found.angle == pytest.approx(0)
    assert found.center == pytest.approx((100, 50))
    assert found.size == pytest.approx((100, 100))


def test_eyes_are_two_regions_and_one_is_mirrored() -> None:
    corners = {"33": (20, 50), "133": (40, 50), "362": (60, 50), "263": (80, 50)}
    face = objects((0, 0, 100, 100), **corners)
    right, left = cropper("iris").parts(face, FRAME)
    assert (right.label, left.label) == ("right eye", "left eye")
    assert isinstance(right.letterbox, RotatedCrop)
    assert isinstance(left.letterbox, RotatedCrop)
    assert (right.letterbox.mirrored, left.letterbox.mirrored) == (False, True)
    assert right.letterbox.size == pytest.approx((46, 46))
    # The corner of the eye that is nearer to the nose is at the right in both.
    assert right.letterbox.points_to_model([40, 50])[0] > 32
    assert left.letterbox.points_to_model([60, 50])[0] > 32
    with pytest.raises(UnsupportedModelError, match=r"--then MESH.tflite --then IRIS"):
        cropper("iris").parts(objects((0, 0, 9, 9)), FRAME)


def test_other_models_get_whole_pixels_inside_of_the_frame() -> None:
    (part,) = cropper("", (32, 16)).parts(objects((-9, 40, 11, 50)), FRAME)
    assert type(part.letterbox) is Letterbox
    assert part.letterbox.crop == (0, 39, 24, 12)
    assert part.letterbox.source_size == FRAME


def test_what_the_user_says_of_a_region() -> None:
    found = objects((40, 40, 80, 60), a=(50, 50), b=(50, 90))
    turned = crop(cropper("", rotation="a>b", target=90, margin=0), found)
    assert abs(math.degrees(turned.angle)) == pytest.approx(180)
    moved = crop(cropper("", shift="0,1", margin=0), found)
    assert moved.center == pytest.approx((60, 70))


def test_keypoints_that_the_user_says_must_be_there() -> None:
    turned = cropper("face", rotation="nose>tail")
    with pytest.raises(UnsupportedModelError, match="no keypoints nose and tail; it"):
        turned.parts(objects((0, 0, 9, 9), nose=(1, 1)), FRAME)


def test_what_has_no_region_is_left_out() -> None:
    nan = objects((0, 0, 9, 9), wrist=(np.nan, 1), **{"middle finger MCP": (1, 1)})
    assert cropper("hand").parts(nan, FRAME) == []
    assert cropper("face").parts(objects((5, 5, 5, 5)), FRAME) == []
    both = objects((0, 0, 9, 9))
    both = replace(both, boxes=np.asarray([[0, 0, 0, 9]], np.float32))
    # Of whole pixels there is always at least one.
    assert len(cropper("").parts(both, FRAME)) == 1
    nowhere = replace(both, boxes=np.asarray([[0, np.nan, 5, 9]], np.float32))
    assert cropper("").parts(nowhere, FRAME) == []
    assert cropper("").parts(Detections.empty(), FRAME) == []
