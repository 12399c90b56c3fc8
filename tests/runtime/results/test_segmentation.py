"""The class of every pixel."""

from __future__ import annotations

import json

import numpy as np
import pytest
from edgevision.runtime.results.classifications import Result
from edgevision.runtime.results.segmentation import Segmentation


@pytest.fixture
def mask() -> Segmentation:
    classes = np.asarray([[0, 0, 0], [0, 5, 5]], np.uint8)
    areas = np.asarray([4 / 6, 2 / 6], np.float32)
    return Segmentation(classes, np.asarray([0, 5]), areas, ("floor", "cat"))


def test_regions(mask: Segmentation) -> None:
    assert [(r.class_id, r.label) for r in mask] == [(0, "floor"), (5, "cat")]
    assert mask[1].area == pytest.approx(1 / 3)
    assert mask[mask.class_ids > 0].labels == ("cat",)
    assert mask.pixels(5).sum() == 2
    record = json.loads(json.dumps(mask.to_dict()))
    assert record["regions"][1]["area"] == 0.333333
    assert isinstance(mask, Result)


def test_shapes_of_masks_are_checked(mask: Segmentation) -> None:
    with pytest.raises(ValueError, match="mask must be unsigned integers"):
        Segmentation(np.zeros((2, 2)), mask.class_ids, mask.areas, mask.labels)
    with pytest.raises(ValueError, match="labels must have 2 texts, got 1"):
        Segmentation(mask.mask, mask.class_ids, mask.areas, ("x",))
