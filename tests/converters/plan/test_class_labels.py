"""Classes of outputs and their labels: a background that has no channel."""

from __future__ import annotations

import pytest
from edgevision.converters.options import ConvertOptions
from edgevision.converters.plan.class_labels import (
    class_count,
    class_labels,
    has_background,
)

from edgevision.errors import ConversionError

MASK = (2, 8, 8, 1)
DEEP = (2, 8, 8, 3)
IDS = {"are_ids": True}


@pytest.mark.parametrize(
    ("task", "shape", "settings", "ids", "count", "background"),
    [
        ("segmentation", MASK, {}, {}, 2, True),
        ("segmentation", DEEP, {}, {}, 3, False),
        ("segmentation", DEEP, {"independent": True}, {}, 4, True),
        ("segmentation", MASK, {}, IDS, 0, False),  # an argmax: nobody knows how many
        ("segmentation", MASK[:3], {}, IDS, 0, False),
        ("classification", (2, 1), {}, {}, 2, False),
        ("classification", (2, 5), {}, {}, 5, False),
        ("image", MASK, {}, {}, 0, False),
    ],
)
def test_every_output_has_so_many_classes(
    task, shape, settings, ids, count, background
):
    assert class_count(task, shape, settings, **ids) == count
    assert has_background(task, shape, settings, **ids) is background


def labels(names, classes, *, background=True):
    options = ConvertOptions(labels=names)
    return class_labels(options, (), classes, lambda text: None, background=background)


def test_the_label_of_the_thing_is_enough():
    assert labels(("road",), 2) == ("background", "road")
    assert labels(("sky", "road"), 2) == ("sky", "road")
    assert labels(("cat", "dog"), 3) == ("background", "cat", "dog")


@pytest.mark.parametrize(
    ("names", "classes", "words"),
    [
        (("background",), 2, "begin with 'background' and have none for the 1"),
        (("a", "b", "c"), 2, r"3 labels for 2 classes.* \(or 1, without the backg"),
    ],
)
def test_labels_that_do_not_fit_are_told(names, classes, words):
    with pytest.raises(ConversionError, match=words):
        labels(names, classes)
    with pytest.raises(ConversionError, match="1 labels for 2 classes"):
        labels(("road",), 2, background=False)
