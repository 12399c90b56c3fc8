"""Our boxes on the COCO images are as good as Ultralytics' under one evaluator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from edgevision.runtime.image import read_image
from edgevision.runtime.metrics.average_precision import mean_average_precision
from edgevision.runtime.metrics.coco import coco_score
from edgevision.runtime.metrics.truth import Truth
from edgevision.runtime.results.detections import Detections

import edgevision

# Ultralytics 8.4's boxes of the same files: score floor 0.001, IoU 0.7, 300 boxes,
# judged by pycocotools: mAP50-95, mAP50.
PEER = {
    "yolov8n_416_full_integer_quant": (0.376, 0.535),
    "yolov8n_640_int8_float_io": (0.454, 0.604),
}
LOSS = 0.003


def truth_of(labels: Path, width: int, height: int) -> Truth:
    rows = np.empty((0, 5))
    if labels.is_file() and labels.stat().st_size:
        rows = np.loadtxt(labels, ndmin=2)
    centers, sides = rows[:, 1:3], rows[:, 3:5]
    boxes = np.concatenate([centers - sides / 2, centers + sides / 2], axis=1)
    boxes *= [width, height, width, height]
    return Truth(boxes.astype(np.float32), rows[:, 0].astype(np.int64))


@pytest.mark.slow
@pytest.mark.parametrize("name", PEER)
def test_map_is_not_below_the_peer(shared: Path, name: str) -> None:
    pytest.importorskip("pycocotools")
    coco = shared / "coco"
    found, truths = [], []
    with edgevision.load_model(
        shared / "models" / f"{name}.tflite",
        score_threshold=0.001,
        iou_threshold=0.7,
        max_detections=300,
    ) as model:
        for path in sorted((coco / "images/train2017").glob("*.jpg")):
            image = read_image(path)
            result = model(image)
            assert isinstance(result, Detections)
            found.append(result)
            labels = coco / "labels/train2017" / f"{path.stem}.txt"
            truths.append(truth_of(labels, image.shape[1], image.shape[0]))
    assert len(found) == 128
    theirs = coco_score(found, truths, max_detections=300)
    ours = mean_average_precision(found, truths, max_detections=300)
    assert ours.map50_95 == pytest.approx(theirs.map50_95, abs=1e-3)
    assert ours.map50 == pytest.approx(theirs.map50, abs=1e-3)
    assert theirs.map50_95 >= PEER[name][0] - LOSS
    assert theirs.map50 >= PEER[name][1] - LOSS
