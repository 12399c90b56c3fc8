"""Watching scenes: boxes are counted against the truth, as a loop would count them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from edgevision.runtime.demo.watch_detector import BoxCount, watch_boxes
from edgevision.runtime.metrics.truth import Truth
from edgevision.runtime.results.classifications import Classifications
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.scenes import SHAPES
from edgevision.runtime.timing import Timing


def found(boxes, class_ids, scores=None):
    count = len(class_ids)
    return Detections(
        np.asarray(boxes, np.float32).reshape(-1, 4),
        np.asarray(scores if scores is not None else np.full(count, 0.9), np.float32),
        np.asarray(class_ids, np.int64),
        tuple(SHAPES[i] for i in class_ids),
    )


class Oracle:
    """Finds the true boxes, but for one per picture, and a box that is not there."""

    def run(self, frame):
        boxes, class_ids = frame.details["boxes"], frame.details["class_ids"]
        extra = np.array([[0, 0, 3, 3]], np.float32)
        result = found(np.concatenate([boxes[1:], extra]), [*class_ids[1:].tolist(), 0])
        return result, Timing(invoke_ms=1.0)


def test_a_run_is_counted_and_told(tmp_path):
    told = []
    out = tmp_path / "boxes.jsonl"
    watched = watch_boxes(
        Oracle(),
        frames=10,
        fps=0,
        sinks=[f"jsonl:{out}"],
        on_event=lambda event, right: told.append((event.frame.index, right)),
    )
    assert (watched.count.right, watched.count.detections, watched.count.true) == (
        40,
        50,
        50,
    )
    assert watched.count.precision == watched.count.recall == 0.8
    assert watched.count.mean_iou == pytest.approx(1.0, abs=1e-4)
    assert told == [(i, 4) for i in range(10)]
    record = json.loads(json.dumps(watched.to_dict()))
    assert record["n"] == 10
    assert record["precision"] == 0.8
    assert len(out.read_text().splitlines()) == 10


BOX = (10, 10, 30, 30)


@pytest.mark.parametrize(
    ("boxes", "class_ids", "right"),
    [
        ([], [], 0),
        ([BOX], [2], 1),
        ([BOX], [3], 0),  # another class
        ([(10, 10, 30, 19)], [2], 0),  # too little in common
        ([BOX, BOX], [2, 2], 1),  # the same one twice
    ],
)
def test_what_is_right(boxes, class_ids, right):
    count = BoxCount()
    truth = Truth(np.array([BOX], np.float32), np.array([2]))
    assert count.add(found(boxes, class_ids), truth) == right
    assert count.recall == right
    assert count.precision == (right / len(boxes) if boxes else 1.0)


def test_the_better_of_two_takes_the_box():
    count = BoxCount()
    truth = Truth(np.array([BOX], np.float32), np.array([2]))
    near = (11, 10, 31, 30)
    count.add(found([near, BOX], [2, 2], [0.5, 0.9]), truth)
    assert count.overlaps == [1.0]


def test_pictures_without_objects_are_no_error():
    count = BoxCount()
    empty = Truth(np.empty((0, 4), np.float32), np.empty(0, np.int64))
    count.add(found([], []), empty)
    assert (count.precision, count.recall, count.mean_iou) == (1.0, 1.0, 0.0)
    count.add(found([BOX], [1]), empty)
    assert count.precision == 0.0


def test_only_detectors_are_watched():
    class Other:
        def run(self, frame):
            return Classifications(np.zeros(0, int), np.zeros(0, np.float32)), Timing()

    with pytest.raises(TypeError, match="expected Detections, got Classifications"):
        watch_boxes(Other(), frames=1, fps=0)
