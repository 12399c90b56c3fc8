"""Output tensors by name: a mapping, and a record of plain JSON types."""

from __future__ import annotations

import json

import numpy as np
from edgevision.runtime.results.raw_outputs import MOST_VALUES, RawOutputs


def test_it_is_a_mapping_of_name_to_array():
    arrays = {"scores": np.ones((1, 3), np.float32), "count": np.asarray([2])}
    outputs = RawOutputs(arrays)
    assert list(outputs) == ["scores", "count"]
    assert len(outputs) == 2
    assert outputs["scores"] is arrays["scores"]
    assert dict(outputs) == arrays
    assert "boxes" not in outputs


def test_small_tensors_stand_in_the_record_and_large_ones_by_their_range():
    large = np.arange(MOST_VALUES + 1, dtype=np.float32)[None]
    record = RawOutputs(
        {
            "small": np.asarray([[0.25, np.nan, np.inf]], np.float32),
            "ids": np.asarray([3, 4], np.int64),
            "scalar": np.asarray(True),
            "large": large,
            "broken": np.full(MOST_VALUES + 1, np.nan, np.float32),
            "texts": np.asarray(["a"], object),
        }
    ).to_dict()
    assert record == {
        "outputs": {
            "small": {
                "shape": [1, 3],
                "dtype": "float32",
                "values": [[0.25, None, None]],
            },
            "ids": {"shape": [2], "dtype": "int64", "values": [3, 4]},
            "scalar": {"shape": [], "dtype": "bool", "values": True},
            "large": {
                "shape": [1, MOST_VALUES + 1],
                "dtype": "float32",
                "min": 0.0,
                "max": float(MOST_VALUES),
            },
            "broken": {
                "shape": [MOST_VALUES + 1],
                "dtype": "float32",
                "min": None,
                "max": None,
            },
            "texts": {"shape": [1], "dtype": "object"},
        }
    }
    json.dumps(record, allow_nan=False)


def test_nothing_is_drawn_of_it():
    image = np.zeros((4, 4, 3), np.uint8)
    drawn = RawOutputs({"a": np.ones(3, np.float32)}).draw(image)
    np.testing.assert_array_equal(drawn, image)
