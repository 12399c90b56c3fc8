"""A real SSD, cut before its post-processing, against that operation's own answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from edgevision.runtime.decoders.ssd import RULES
from edgevision.runtime.image import read_image
from support.cut_graph import cut_detector

import edgevision

NAME = "coco_ssd_mobilenet_v1_1.0_quant_metadata"
# Those of the operation in that file: ten boxes, and one class for each.
OPTIONS = {"nms": "agnostic", "iou_threshold": 0.6, "max_detections": 10}
PICTURES = ["images/cats_and_dogs.jpg", "images/pets.jpg", "images/kite_and_cold.jpg"]


@pytest.fixture(scope="module")
def cut(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple:
    data, anchors = cut_detector(shared / "models" / f"{NAME}.tflite")
    path = tmp_path_factory.mktemp("cut") / "ssd.tflite"
    path.write_bytes(data)
    return path, anchors


def test_its_anchors_are_the_computed_ones(cut: tuple) -> None:
    _, anchors = cut
    computed = RULES["ssd"].anchors((300, 300))
    # They are stored in 8 bits, in steps of 0.00645; larger sides than 1 are cut.
    assert np.abs(anchors - computed)[:, :2].max() < 0.00324
    stored = np.minimum(computed, anchors.max())
    assert np.abs(anchors - stored).max() < 0.00324


def test_boxes_and_scores_are_those_of_the_operation(shared: Path, cut: tuple) -> None:
    path, anchors = cut
    whole = edgevision.load_model(
        shared / "models" / f"{NAME}.tflite", score_threshold=0.3, trust=True
    )
    stored = {"anchors": anchors.tolist(), "background": True}
    raw = edgevision.load_model(
        path, score_threshold=0.3, options={**OPTIONS, **stored}
    )
    plain = edgevision.load_model(path, score_threshold=0.3, options=OPTIONS)
    total = 0
    with whole, raw, plain:
        for picture in PICTURES:
            wanted = whole(shared / picture)
            total += len(wanted)
            detections = raw(shared / picture)
            np.testing.assert_array_equal(detections.scores, wanted.scores)
            np.testing.assert_array_equal(detections.class_ids, wanted.class_ids)
            np.testing.assert_allclose(detections.boxes, wanted.boxes, atol=0.02)
            # Computed anchors: within half a step of the stored ones.
            computed = plain(shared / picture)
            height, width = read_image(shared / picture).shape[:2]
            off = np.abs(computed.boxes[:, np.newaxis] - wanted.boxes)
            off = (off / np.tile([width, height], 2)).max(axis=2)
            same = (off < 0.01) & (computed.scores[:, np.newaxis] == wanted.scores)
            # One pair at the limit of suppression may fall to the other side of it,
            # as on arm64.
            assert (~same.any(axis=0)).sum() <= 1
            assert (~same.any(axis=1)).sum() <= 1
    assert total > 8
