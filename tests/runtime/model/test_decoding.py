"""What a model asks of its decoder."""

from __future__ import annotations

from typing import Any

import numpy as np
from edgevision.runtime.decoders import named_decoder
from edgevision.runtime.geometry import Letterbox
from edgevision.runtime.model.decoding import decoded, selection_of
from edgevision.runtime.tensors.spec import TensorSpec

SIZE = (32, 32)
FRAME = Letterbox.fit(SIZE, SIZE)
LARGEST = np.finfo(np.float32).max


def decoder(name: str, shape: tuple[int, ...], **options: Any) -> Any:
    spec = TensorSpec("out", 0, shape, np.dtype("float32"))
    return named_decoder(name, [spec], model_size=SIZE, options=options)


def test_a_detector_s_selection_is_its_own() -> None:
    head = {"head": "yolov8", "units": "pixel", "max_detections": 7}
    yolo = decoder("yolo", (1, 6, 21), **head)
    assert selection_of(yolo, "detection") is yolo.selection
    people = decoder("yolo-pose", (1, 56, 21), **head)
    assert selection_of(people, "pose").max_detections == 7


def test_what_does_not_select_has_the_defaults() -> None:
    """MoveNet may be followed by a second model, and has no boxes that compete."""
    selection = selection_of(decoder("pose", (1, 1, 17, 3)), "pose")
    assert (selection.iou_threshold, selection.max_detections) == (0.5, 100)


def test_numbers_that_overflow_cause_no_warning() -> None:
    """Warnings are errors in the tests."""
    movenet = decoder("pose", (1, 1, 17, 3))
    people = decoded(movenet, [np.full((1, 1, 17, 3), LARGEST, np.float32)], FRAME)
    assert np.isfinite(people.keypoints).all()  # type: ignore[union-attr]
