"""One result per head, as a mapping that can be drawn and recorded."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.results.classifications import Classifications
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.results.nested.heads import Heads
from edgevision.runtime.results.values import Values

AGE = Values(np.array([31.5], np.float32), ("age",), ("years",))
MOOD = Classifications(np.array([1]), np.array([0.75], np.float32), ("glad",))
BOX = Detections(
    np.array([[10, 10, 50, 50]], np.float32),
    np.array([0.9], np.float32),
    np.array([0]),
    ("face",),
)


def test_a_result_is_read_by_the_heads_name():
    heads = Heads({"age": AGE, "mood": MOOD})
    assert heads["mood"] is MOOD
    assert list(heads) == ["age", "mood"]
    assert len(heads) == 2
    with pytest.raises(KeyError):
        heads["box"]


def test_its_record_holds_each_heads_own():
    assert Heads({"age": AGE, "mood": MOOD}).to_dict() == {
        "heads": {"age": AGE.to_dict(), "mood": MOOD.to_dict()}
    }


def test_each_head_is_drawn_in_one_panel_and_boxes_where_they_are():
    canvas = np.zeros((120, 160, 3), np.uint8)
    panel = Heads({"age": AGE, "mood": MOOD}).draw(canvas)
    boxes = Heads({"face": BOX}).draw(canvas)
    both = Heads({"age": AGE, "mood": MOOD, "face": BOX}).draw(canvas)
    np.testing.assert_array_equal(boxes, BOX.draw(canvas))
    assert panel.any()
    assert not canvas.any()
    # The panel is written over the boxes: where it drew nothing, they are unchanged.
    free = ~panel.any(axis=2)
    np.testing.assert_array_equal(both[free], boxes[free])
