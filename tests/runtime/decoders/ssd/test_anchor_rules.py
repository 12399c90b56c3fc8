"""The published numbers of anchors, and when a number shows one rule."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.ssd.anchor_rules import (
    RULES,
    anchor_rule,
    rules_with,
)

# Rule, width, height, anchors, where that number is published.
PUBLISHED = [
    ("ssd", 300, 300, 1917, "box_priors.txt of TensorFlow's Android example"),
    ("ssd", 320, 320, 2034, "ssdlite_mobilenet_v3 and MobileDet configs"),
    ("ssd-fpn", 320, 320, 12804, "TF2 zoo ssd_mobilenet_v2_fpnlite_320x320"),
    ("ssd-fpn", 640, 640, 51150, "TF2 zoo ssd_mobilenet_v1_fpn_640x640"),
    ("efficientdet-lite", 320, 320, 19206, "MediaPipe efficientdet_lite0 anchors.csv"),
    ("efficientdet-lite", 384, 384, 27621, "automl efficientdet-lite1"),
    ("efficientdet-lite", 448, 448, 37629, "MediaPipe efficientdet_lite2"),
    ("efficientdet", 512, 512, 49104, "automl efficientdet-d0"),
    ("efficientdet", 640, 640, 76725, "automl efficientdet-d1"),
    ("efficientdet", 768, 768, 110484, "automl efficientdet-d2"),
    ("model-maker", 256, 256, 12276, "MediaPipe Model Maker MobileNetV2 export"),
    ("ssdlite-torchvision", 320, 320, 3234, "torchvision ssdlite320"),
    ("ultra-light-face", 320, 240, 4420, "version-RFB-320"),
    ("ultra-light-face", 640, 480, 17640, "version-RFB-640"),
    ("retinaface", 640, 640, 16800, "RetinaFace mobilenet0.25"),
    ("retinaface-1mb", 320, 240, 3160, "Face-Detector-1MB-with-landmark"),
    ("face-mask", 260, 260, 5972, "AIZOO face_mask_detection"),
    ("retinanet-keras", 800, 800, 120087, "sum of 9 x 100, 50, 25, 13, 7 squared"),
]


@pytest.mark.parametrize(("name", "width", "height", "count", "source"), PUBLISHED)
def test_published_numbers(
    name: str, width: int, height: int, count: int, source: str
) -> None:
    assert RULES[name].count((width, height)) == count, source
    anchors = RULES[name].anchors((width, height))
    assert anchors.shape == (count, 4)
    assert anchors.dtype == np.float32


def test_first_anchors_of_efficientdet_lite0() -> None:
    """The first rows of MediaPipe's efficientdet_lite0_fp16_no_nms_anchors.csv."""
    published = [  # center x, center y, width, height
        (0.0125, 0.0125, 0.075, 0.075),
        (0.0125, 0.0125, 0.10606602, 0.05303301),
        (0.0125, 0.0125, 0.05303301, 0.10606602),
        (0.0125, 0.0125, 0.09449408, 0.09449408),
        (0.0125, 0.0125, 0.1336348, 0.0668174),
        (0.0125, 0.0125, 0.0668174, 0.1336348),
        (0.0125, 0.0125, 0.11905508, 0.11905508),
        (0.0125, 0.0125, 0.1683693, 0.084184654),
        (0.0125, 0.0125, 0.084184654, 0.1683693),
        (0.0375, 0.0125, 0.075, 0.075),
    ]
    anchors = RULES["efficientdet-lite"].anchors((320, 320))
    np.testing.assert_allclose(anchors[:10], published, atol=1e-7)


def test_fpn_starts_at_zero_where_a_stride_does_not_divide_the_input() -> None:
    """Level 7 of FPNLite 320: the middles are 0, 128 and 256 pixels."""
    last = RULES["ssd-fpn"].anchors((320, 320))[-54:]
    assert np.unique(last[:, 0] * 320).tolist() == [0, 128, 256]
    # All sizes of one shape come first.
    np.testing.assert_allclose(last[:2, 2] * 320, [512, 512 * 2**0.5])


@pytest.mark.parametrize(
    ("count", "size", "columns", "names"),
    [
        (1917, 300, 91, ["ssd"]),
        (1917, 300, 3, ["ssd"]),
        (19206, 320, 90, ["efficientdet-lite"]),
        (19206, 320, 7, ["efficientdet-lite"]),
        (49104, 512, 90, ["efficientdet"]),
        (76725, 640, 90, ["efficientdet-lite", "efficientdet"]),
        (27621, 384, 90, ["efficientdet-lite"]),
        (27621, 384, 3, ["efficientdet-lite", "model-maker"]),
        (12276, 256, 2, ["model-maker"]),
        (19125, 320, 2, ["model-maker-320"]),
        (51150, 640, 2, ["ssd-fpn"]),
        (1918, 300, 91, []),
        (8400, 640, 80, []),  # YOLO's cells
        (25200, 640, 85, []),
    ],
)
def test_which_rules_give_a_number(
    count: int, size: int, columns: int, names: list[str]
) -> None:
    assert list(rules_with(count, (size, size), columns)) == names


def test_keypoints_tell_rules_apart() -> None:
    assert rules_with(16800, (640, 640), 2) == ()
    assert rules_with(16800, (640, 640), 2, 5) == ("retinaface",)
    # Nobody published that size alone, and trainers choose other sides.
    several = ("retinaface", "retinaface-1mb")
    assert rules_with(3160, (320, 240), 2, 5) == several


def test_first_anchors_of_a_face_mask_detector() -> None:
    """Four boxes of the first cell, as AIZOO's generate_anchors lays them."""
    anchors = RULES["face-mask"].anchors((260, 260))[:4]
    np.testing.assert_allclose(anchors[:, :2], 0.5 / 33, atol=1e-7)
    sides = [0.04, 0.056, 0.04 * 0.62**0.5, 0.04 * 0.42**0.5]
    np.testing.assert_allclose(anchors[:, 2], sides, atol=1e-7)
    np.testing.assert_allclose(anchors[2:, 3], [0.04 / 0.62**0.5, 0.04 / 0.42**0.5])


def test_sizes_that_nobody_published_fit_every_rule_of_that_number() -> None:
    count = RULES["efficientdet"].count((288, 288))
    names = rules_with(count, (288, 288))
    assert {"efficientdet", "efficientdet-lite", "retinanet-torchvision"} <= set(names)


def test_no_rule_gives_a_number_of_cells_of_yolo() -> None:
    for width in range(64, 1281, 32):
        for height in {width, 32 * (width * 3 // 128) or 64}:
            cells = sum(-(-width // s) * -(-height // s) for s in (8, 16, 32))
            for count in (cells, 3 * cells):
                assert not rules_with(count, (width, height)), (width, height)


def test_unknown_rules_are_named() -> None:
    with pytest.raises(ValueError, match="No rule of anchors 'sdd'"):
        anchor_rule("sdd")
