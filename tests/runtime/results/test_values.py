"""Numbers with names, units and ranges."""

from __future__ import annotations

import json

import numpy as np
import pytest
from edgevision.runtime.results.values import Value, Values, value_text

DRIVE = Values(
    np.asarray([-12.5, 0.25], np.float32),
    ("angle", "throttle"),
    ("deg", ""),
    ((-30.0, 30.0), None),
)


def test_values_are_read_by_position_name_and_in_order():
    angle = Value("angle", -12.5, "deg", (-30.0, 30.0))
    assert list(DRIVE) == [angle, Value("throttle", 0.25)]
    assert DRIVE["angle"] == DRIVE[0] == angle
    assert len(DRIVE) == 2
    some = DRIVE[DRIVE.values > 0]
    assert (some.names, some.units, some.ranges) == (("throttle",), ("",), (None,))
    with pytest.raises(KeyError, match="brake"):
        DRIVE["brake"]


def test_units_and_ranges_may_be_left_out():
    plain = Values(np.asarray([3], np.float32), ("count",))
    assert list(plain) == [Value("count", 3.0)]
    assert plain.to_dict() == {"values": [{"name": "count", "value": 3.0}]}


def test_the_record_has_the_unit_and_range_that_are_known():
    record = json.loads(json.dumps(DRIVE.to_dict()))
    assert record == {
        "values": [
            {"name": "angle", "value": -12.5, "unit": "deg", "range": [-30.0, 30.0]},
            {"name": "throttle", "value": 0.25},
        ]
    }


def test_shapes_are_checked():
    with pytest.raises(ValueError, match=r"values must have shape \(1,\), got \(2,\)"):
        Values(np.zeros(2, np.float32), ("one",))
    with pytest.raises(ValueError, match="units and ranges must be 2, got 1 and 2"):
        Values(np.zeros(2, np.float32), ("a", "b"), ("deg",))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12.3456, "deg", "12.35 deg"),
        (0.0, "", "0"),
        (-0.00123, "", "-0.00123"),
        (123456.0, "px", "123456 px"),
        (1e20, "", "1e+20"),
    ],
)
def test_four_digits_that_count_are_shown(value, unit, text):
    assert value_text(Value("x", value, unit)) == text
