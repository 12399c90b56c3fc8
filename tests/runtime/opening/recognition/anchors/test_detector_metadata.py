"""MediaPipe's metadata of a detector without post-processing."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.opening.recognition.anchors.detector_metadata import (
    read_raw_detector,
)
from edgevision.runtime.tflite.model_file import ModelFile
from support.detector_metadata import detector_metadata
from support.tiny_models import tiny_classifier

from edgevision.errors import ModelError

ANCHORS = np.arange(12, dtype=np.float32).reshape(3, 4) / 16


def model(payload: bytes | None) -> ModelFile:
    entries = {} if payload is None else {"TFLITE_METADATA": payload}
    return ModelFile.from_bytes(tiny_classifier(metadata=entries))


def test_everything_that_it_says_is_read() -> None:
    payload = detector_metadata(
        ANCHORS, scales=(10.0, 9.0, 5.0, 4.0), classes=91, sigmoid=True
    )
    detector = read_raw_detector(model(payload))
    assert detector is not None
    np.testing.assert_array_equal(np.asarray(detector.anchors), ANCHORS)
    assert detector.box_scales == (10.0, 9.0, 5.0, 4.0)
    assert (detector.classes, detector.coordinates) == (91, 4)
    assert detector.has_exponent
    assert detector.is_logit
    detector = read_raw_detector(model(detector_metadata(ANCHORS, exponent=False)))
    assert detector is not None
    assert not detector.has_exponent
    assert not detector.is_logit


def test_files_without_it_say_nothing() -> None:
    assert read_raw_detector(model(None)) is None


def test_damaged_ones_are_refused() -> None:
    payload = detector_metadata(ANCHORS, identifier=b"V002")
    with pytest.raises(ModelError, match=r"DETECTOR_METADATA.*b'V002' where b'V001'"):
        read_raw_detector(model(payload))
    whole = detector_metadata(ANCHORS)
    for cut in range(0, len(whole), 7):
        try:
            read_raw_detector(model(whole[:cut] + bytes(len(whole) - cut)))
        except ModelError:
            continue
