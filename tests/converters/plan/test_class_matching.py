"""Classes of pictures and boxes, matched with those of a model."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.datasets.image_set import ImageSet
from edgevision.converters.options import ConvertOptions
from edgevision.converters.plan.class_matching import class_positions
from edgevision.converters.plan.output_plan import OutputPlan, plan_outputs
from edgevision.converters.plan.task import ModelFacts, OutputFacts

TEXTS = ("animal > bird > parrot", "animal > cat", "vehicle > car")
SCORES = np.asarray([[0.2, 0.5, 0.3]], np.float32)


def plan(class_names=(), labels=None):
    return plan_outputs(
        ModelFacts((OutputFacts(SCORES),), np.zeros((1, 8, 8, 3))),
        ConvertOptions(labels=labels),
        class_names,
        lambda text: None,
    )


@pytest.mark.parametrize(
    ("folders", "expected"),
    [
        (TEXTS, (0, 1, 2)),
        (("animal > Cat", "animal > bird > parrot"), (1, 0)),
        (("car", "cat", "parrot"), (2, 1, 0)),  # flat folders, a model with ancestors
        (("cat > monday", "car > tuesday"), (1, 2)),  # folders that mean nothing
        (("x", "y", "z"), (0, 1, 2)),
        (("x", "y"), ()),
    ],
)
def test_folders_are_matched_by_path_by_name_or_by_place(folders, expected):
    items = tuple(np.zeros((2, 2, 3), np.uint8) for _ in folders)
    images = ImageSet(items, tuple(range(len(folders))), folders)
    said: list[str] = []
    assert class_positions(images, plan(labels=TEXTS), said.append) == expected
    assert bool(said) == (folders[0] == "x")


@pytest.mark.parametrize("task", ["segmentation", "image", "generation"])
def test_folders_say_nothing_of_pixels(task):
    """Three folders and three classes of pixels: nobody means the folders by them."""
    items = tuple(np.zeros((2, 2, 3), np.uint8) for _ in range(3))
    images = ImageSet(items, (0, 1, 2), ("a", "b", "c"))
    said: list[str] = []
    assert class_positions(images, OutputPlan(task, "x", classes=3), said.append) == ()
    assert said == []
