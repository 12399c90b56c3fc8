"""What becomes of both answers, task by task, with results made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from edgevision.runtime.geometry import Letterbox
from edgevision.runtime.model.stages.cropping import FramePart
from edgevision.runtime.model.stages.joining import JOINERS, Joining
from edgevision.runtime.results import (
    Classifications,
    Detections,
    Embedding,
    Heads,
    Landmarks,
    Poses,
    RefinedDetections,
    Text,
    Values,
)

BOX = Letterbox.fit((10, 10), (10, 10))
OBJECTS = Detections(
    np.asarray([[0, 0, 10, 10], [20, 0, 30, 10], [40, 0, 50, 10]], np.float32),
    np.asarray([0.5, 0.4, 0.25], np.float32),
    np.asarray([3, 3, 1], np.int64),
    ("plate", "plate", "sign"),
)


def joined(task: str, *answers: Any, merge: str = "product", labels: Any = ()) -> Any:
    labels = labels or ("",) * len(answers)
    parts = [
        (FramePart(BOX, i, label), answer)
        for i, (answer, label) in enumerate(zip(answers, labels, strict=True))
    ]
    return JOINERS[task](Joining(merge, 0.5, 10, 4), OBJECTS, parts)


def text(line: str, score: float) -> Text:
    return Text(line, np.full(len(line), score, np.float32))


def test_a_text_becomes_the_label_and_an_empty_one_drops_the_object() -> None:
    lines = text("AB 12", 0.5), text("", 0), text("STOP", 1.0)
    result = joined("text", *lines)
    # Best first: 0.25 each, so in the first model's order.
    assert result.labels == ("AB 12", "STOP")
    assert result.scores.tolist() == [0.25, 0.25]
    assert result.class_ids.tolist() == [3, 1]
    assert result.boxes[:, 0].tolist() == [0, 40]
    record = result.to_dict()["detections"]
    assert [item["then"]["text"] for item in record] == ["AB 12", "STOP"]
    assert record[0]["then"]["scores"] == [0.5] * 5
    both = joined("text", *lines, merge="both")
    assert both.labels == ("plate: AB 12", "sign: STOP")
    assert joined("text", *lines, merge="second").labels == ("STOP", "AB 12")


def test_whole_boxes_stay_for_a_third_model() -> None:
    whole = replace(OBJECTS, uncut=OBJECTS.boxes - 5)
    parts = [(FramePart(BOX, i), text("A", 1.0)) for i in (2, 0)]
    result = JOINERS["text"](Joining("product", 0.5, 10, 4), whole, parts)
    assert isinstance(result, RefinedDetections)
    assert result.uncut is not None
    np.testing.assert_array_equal(result.uncut, result.boxes - 5)
    np.testing.assert_array_equal(result[1:].uncut, result.boxes[1:] - 5)


def test_numbers_are_said_in_words_and_kept() -> None:
    years = Values(np.asarray([34.2], np.float32), ("age",), ("years",))
    plain = Values(np.asarray([7], np.float32), ("value",))
    result = joined("values", years, plain)
    assert result.labels == ("age 34.2 years", "7")
    assert result.scores.tolist() == pytest.approx([0.5, 0.4])
    kept = result[1:].answers[0]
    assert isinstance(kept, Values)
    assert kept["value"].value == 7
    (item,) = result[:1]
    assert (item.label, item.class_id) == ("age 34.2 years", 3)


def test_a_name_of_the_gallery_becomes_the_label() -> None:
    vector = np.asarray([1, 0], np.float32)
    known = Embedding(vector, "Ada", 0.5)
    assert joined("embedding", known).labels == ("Ada",)
    assert joined("embedding", known).scores.tolist() == [0.25]
    # Without a gallery there are no words: the vectors are the answer.
    bare = joined("embedding", Embedding(vector))
    assert bare.labels == ("plate",)
    assert bare.scores.tolist() == [0.5]
    assert bare.to_dict()["detections"][0]["then"] == {"embedding": [1.0, 0.0]}


def test_several_heads_are_said_one_after_the_other() -> None:
    classes = Classifications(
        np.asarray([1]), np.asarray([0.9], np.float32), ("female",)
    )
    age = Values(np.asarray([34], np.float32), ("age",))
    result = joined("multi-task", Heads({"age": age, "gender": classes}))
    assert result.labels == ("age 34, gender female 0.90",)
    then = result.to_dict()["detections"][0]["then"]["heads"]
    assert list(then) == ["age", "gender"]


def test_objects_inside_of_regions_are_suppressed_once_more() -> None:
    inner = Detections(
        np.asarray([[1, 1, 4, 4]], np.float32),
        np.asarray([0.8], np.float32),
        np.asarray([2], np.int64),
        ("logo",),
    )
    result = joined("detection", inner, inner, Detections.empty())
    assert result.labels == ("logo",)
    assert result.scores.tolist() == pytest.approx([0.4])
    both = joined("detection", inner, merge="both")
    assert both.labels == ("plate: logo",)
    assert both.class_ids.tolist() == [14]
    assert len(joined("detection")) == 0


def test_people_get_the_boxes_of_the_regions() -> None:
    pose = Poses(
        np.full((1, 17, 2), 5, np.float32),
        np.ones((1, 17), np.float32),
        np.asarray([0.9], np.float32),
    )
    result = joined("pose", pose, pose)
    assert isinstance(result, Poses)
    assert result.boxes is not None
    assert result.boxes.tolist() == OBJECTS.boxes[:2].tolist()
    assert isinstance(joined("pose"), Poses)


def test_landmarks_stand_in_the_order_of_the_regions() -> None:
    one = Landmarks(
        np.ones((1, 2, 3), np.float32),
        np.asarray([0.7], np.float32),
        ("eye",),
        ("a", "b"),
        ((0, 1),),
        np.zeros((1, 4, 2), np.float32),
    )
    none = Landmarks.empty(("a", "b"), ((0, 1),))
    result = joined("landmarks", none, one, one, labels=("x", "right eye", "left eye"))
    assert result.item_labels == ("right eye", "left eye")
    assert result.points.shape == (2, 2, 3)
    assert result.auxiliary is None
    assert joined("landmarks", none).labels == ("a", "b")
    assert len(joined("landmarks")) == 0


def test_answers_belong_to_their_objects() -> None:
    with pytest.raises(ValueError, match="answers must be 3, got 0"):
        RefinedDetections(
            OBJECTS.boxes, OBJECTS.scores, OBJECTS.class_ids, OBJECTS.labels
        )
    result = joined("text", text("A", 1), text("B", 1), text("C", 1))
    chosen = result[np.asarray([False, True, True])]
    assert [answer.text for answer in chosen.answers] == ["B", "C"]
    assert result[[]].answers == ()
