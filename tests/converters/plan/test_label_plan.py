"""Labels of which several may be true: thresholds, and the truth in their order."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.datasets.array_set import from_arrays
from edgevision.converters.datasets.open_set import open_images
from edgevision.converters.plan.class_matching import class_positions
from edgevision.converters.plan.label_plan import (
    is_multi_label,
    true_labels,
    with_thresholds,
)
from edgevision.converters.plan.output_plan import OutputPlan


def plan(*, labels=("wet", "cold"), **options):
    options = {"multi_label": True, **options}
    return OutputPlan("classification", "classifier", options, labels, len(labels))


def test_thresholds_are_a_list_in_the_card():
    after = with_thresholds(plan(thresholds="0.5,0.3"))
    assert after.options["thresholds"] == [0.5, 0.3]
    after = with_thresholds(plan(thresholds="0.4"))
    assert after.options["thresholds"] == 0.4


def test_one_label_per_picture_stays_as_it_is():
    single = OutputPlan("classification", "classifier", {"activation": "softmax"})
    assert not is_multi_label(single)
    assert with_thresholds(single) is single
    images = from_arrays(np.zeros((2, 4, 4, 3), np.uint8), [[0, 1], [1, 0]])
    assert true_labels(images, single, pytest.fail) is None


def test_true_labels_come_from_the_table_and_classes_are_none(folder):
    (folder / "labels.csv").write_text("file,cold,wet\ncat/0.png,1,0\nowl/5.png,1,1\n")
    notes: list[str] = []
    images = open_images(folder)
    rows = true_labels(images, plan(), notes.append)
    assert rows[0].tolist() == [0, 1]
    assert rows[17].tolist() == [1, 1]
    assert "16 of 18 verification pictures have no row" in notes[0]
    assert class_positions(images, plan(labels=("cat", "dog")), pytest.fail) == ()


def test_arrays_are_rows_of_0_and_1():
    pictures = np.zeros((2, 4, 4, 3), np.uint8)
    images = from_arrays(pictures, [[1, 0], [1, 1]])
    assert true_labels(images, plan(), pytest.fail).tolist() == [[1, 0], [1, 1]]
    notes: list[str] = []
    assert (
        true_labels(from_arrays(pictures, [[1, 0], [2, 1]]), plan(), notes.append)
        is None
    )
    assert "other numbers than 0 and 1" in notes[0]
    assert true_labels(from_arrays(pictures, [1, 0]), plan(), notes.append) is None
    assert "1 labels per picture, the model 2 labels (wet, cold)" in notes[1]
