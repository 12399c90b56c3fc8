"""Verification by true boxes: which pictures, which classes, which figures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.converters.child.request import Request
from edgevision.converters.datasets.annotations.box_set import BoxSet, boxed
from edgevision.converters.datasets.image_set import from_boxes
from edgevision.converters.options import ConvertOptions
from edgevision.converters.plan.class_matching import box_classes
from edgevision.converters.plan.output_plan import OutputPlan
from edgevision.converters.samples.sample_sets import open_sets
from edgevision.converters.verify.box_accuracy import BoxAccuracy
from edgevision.converters.verify.budget import check_budget
from edgevision.converters.verify.verification import Verification
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.errors import CalibrationError, VerificationError

PLAN = OutputPlan("detection", "fcos", {"strides": [8]}, ("cat", "dog"))
SIZE = (32, 32)
TRUE = (8.0, 8.0, 24.0, 24.0)


def pictures(labels=("cat", "dog"), class_ids=(1, 0), **changes):
    shares = [value / 32 for value in TRUE]
    items = tuple(
        boxed(Path(f"{i}.png"), [shares], [class_id], **changes)
        for i, class_id in enumerate(class_ids)
    )
    return from_boxes(BoxSet(items, tuple(labels), "the set"))


def head(class_id, score):
    """Return a head that says the true box, from the cell at its middle."""
    scores = np.zeros((1, 16, 2), np.float32)
    distances = np.zeros((1, 16, 4), np.float32)
    scores[0, 5, class_id] = score  # its middle is 12, 12
    distances[0, 5] = [0.5, 0.5, 1.5, 1.5]
    return [scores, distances]


def judged(images, classes, answers):
    specs = [
        TensorSpec("", i, output.shape, output.dtype)
        for i, output in enumerate(head(0, 1.0))
    ]
    found = BoxAccuracy(PLAN, [spec.shape for spec in specs], specs, SIZE)
    found.expect(images, classes)
    letterbox = Letterbox.fit(SIZE, SIZE)
    for i, answer in enumerate(answers):
        found.picture(i, np.zeros((32, 32, 3), np.uint8))
        found.add("float", head(answer, 0.9), letterbox)
        # Far below the threshold at which a detector speaks, and yet it counts.
        found.add("none", head(1 - answer, 0.02), letterbox)
    return found


def test_each_model_has_its_own_figures():
    found = judged(pictures(), (0, 1), [1, 0])
    assert found.score("float").map50_95 == pytest.approx(1.0)
    assert found.score("none").map50 == 0.0
    other = judged(pictures(), (0, 1), [0, 1])
    assert other.score("none").map50_95 == pytest.approx(1.0)


def test_classes_of_the_set_are_placed_in_the_output():
    # The set calls 0 what the model calls 1.
    found = judged(pictures(class_ids=(0, 0)), (1, 0), [1, 1])
    assert found.score("float").map50 == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("names", "labels", "expected", "words"),
    [
        (("dog", "cat"), ("cat", "dog"), (1, 0), ""),
        (("Dog",), ("cat", "dog"), (1,), ""),
        (
            ("a", "b"),
            ("cat", "dog"),
            (0, 1),
            "matched to the model's classes in their order",
        ),
        (("a", "b", "c"), ("cat", "dog"), (), "average precision is not measured"),
        (("a", "b"), (), (0, 1), ""),
    ],
)
def test_classes_match_by_name_else_by_order(names, labels, expected, words):
    told = []
    plan = OutputPlan("detection", "fcos", {}, labels)
    images = pictures(labels=names, class_ids=(0, 0))
    assert box_classes(images, plan, told.append) == expected
    assert words in " ".join(told)


def test_other_tasks_and_sets_without_boxes_have_no_classes():
    plan = OutputPlan("classification", "classifier", {}, ("cat", "dog"))
    assert box_classes(pictures(), plan, lambda text: None) == ()
    bare = from_boxes(BoxSet((), (), "none"))
    assert box_classes(bare, PLAN, lambda text: None) == ()


def test_a_picture_of_another_size_is_told():
    found = judged(pictures(stated_size=(32, 32)), (0, 1), [])
    with pytest.raises(CalibrationError, match="has 40x30 pixels, but .* 32x32"):
        found.picture(0, np.zeros((30, 40, 3), np.uint8))


def test_a_subset_keeps_boxes_beside_their_pictures():
    images = pictures(class_ids=(0, 1, 1))
    chosen = images.subset([2, 0])
    assert [item.path.stem for item in chosen.boxed] == ["2", "0"]
    assert chosen.items == (Path("2.png"), Path("0.png"))


def test_a_set_with_parts_calibrates_by_one_and_verifies_by_the_other(tmp_path):
    for part, count in (("train", 3), ("val", 2)):
        for i in range(count):
            for kind in ("images", "labels"):
                (tmp_path / kind / part).mkdir(parents=True, exist_ok=True)
            path = tmp_path / "images" / part / f"{i}.png"
            cv2.imwrite(str(path), np.full((8, 8, 3), 30 * i, np.uint8))
            text = tmp_path / "labels" / part / f"{i}.txt"
            text.write_text("0 0.5 0.5 0.2 0.2\n" + "9 0.5 0.5 2 2\n" * (i == 0))
    request = Request(
        model=tmp_path / "x.keras",
        model_name="x",
        output=tmp_path / "x.tflite",
        workspace=tmp_path,
        calibration=tmp_path,
        verification=tmp_path,
        options=ConvertOptions(task="detection"),
    )
    told = []
    sets = open_sets(request, told.append)
    assert [p.parent.name for p in sets["calibration"].items] == ["train"] * 3
    assert [p.parent.name for p in sets["verification"].items] == ["val"] * 2
    assert "bad entries" in told[0]
    assert sets["verification"].boxed


def test_the_budget_s_sentence_says_what_was_measured():
    found = Verification(
        metric="boxes refound at IoU 0.5",
        count=9,
        agreement=0.9,
        interval=(0.8, 0.95),
        kernels={},
        float_accuracy=0.8,
        accuracy=0.7,
        accuracy_name="mAP50-95",
    )
    with pytest.raises(
        VerificationError,
        match=r"int8 has 70\.0% mAP50-95 where float has 80\.0% \(9 images\)",
    ):
        check_budget(found, {"max_drop": 0.01}, recipe="int8", count=100)
    assert found.to_dict()["accuracy_name"] == "mAP50-95"


@pytest.mark.parametrize(("ignored_id", "expected"), [(0, 1.0), (1, 0.5)])
def test_what_is_ignored_is_no_mistake(ignored_id, expected):
    shares = [value / 32 for value in TRUE]
    items = (
        boxed(Path("0.png"), [], [], [shares], ignored_ids=[ignored_id], crowds=True),
        boxed(Path("1.png"), [shares], [0]),
    )
    images = from_boxes(BoxSet(items, ("cat", "dog"), "the set"))
    # Both are called cats, the ignored one first.
    score = judged(images, [0, 1], [0, 0]).score("float")
    assert score.map50 == pytest.approx(expected)
