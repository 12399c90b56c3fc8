"""The contents of a picture, as its page shows them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from edgevision.runtime.event import Event
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.results.embedding import Embedding
from edgevision.runtime.results.segmentation import Segmentation
from edgevision.runtime.results.values import Values
from edgevision.runtime.sinks.web.contents import contents_line, contents_of
from edgevision.runtime.timing import Timing
from support.streams import blank, classes

F32 = np.float32
TWO_DOGS = Detections(
    np.zeros((3, 4), F32),
    np.array([0.5, 0.875, 0.25], F32),
    np.array([1, 2, 1]),
    ("dog", "cat\r\nX-Evil: 1", "dog"),
)
SKY = Segmentation(
    np.zeros((2, 2), np.uint8), np.array([0]), np.array([1.0], F32), ("sky",)
)


def _group(label, count, score, area=None):
    return {"label": label, "count": count, "score": score, "area": area}


@pytest.mark.parametrize(
    ("result", "groups"),
    [
        # Objects are counted, with the best one's score.
        (TWO_DOGS, [_group("dog", 2, 0.5), _group("cat\r\nX-Evil: 1", 1, 0.875)]),
        # The classes of a whole picture are not.
        (classes((3, 0.25)), [_group("class 3", None, 0.25)]),
        (SKY, [_group("sky", None, None, 1.0)]),
        (classes(), []),
        (Embedding(np.zeros(8, F32)), None),
        (
            Values(np.array([-12.5], F32), ("angle",), ("deg",)),
            [{**_group("angle", None, None), "text": "-12.5 deg"}],
        ),
    ],
)
def test_contents_are_counts_and_scores_by_label(result, groups):
    contents = contents_of(Event(blank(7), result, Timing()))
    assert contents["groups"] == groups
    assert contents["index"] == 7


def test_the_line_is_a_safe_header_whatever_a_label_holds():
    label = "é\r\n\r\n" + "x" * 10_000
    result = Detections(np.zeros((1, 4), F32), np.ones(1, F32), np.array([0]), (label,))
    line = contents_line(Event(blank(), result, Timing()))
    assert line.isascii()
    assert b"\n" not in line
    assert b"\r" not in line
    assert len(line) < 2000
    assert json.loads(line)["groups"][0]["label"].startswith("é\r\n")


def test_a_thousand_labels_are_no_header_of_a_megabyte():
    result = classes(*((number, 0.5) for number in range(1000)))
    assert len(contents_line(Event(blank(), result, Timing()))) < 5000
