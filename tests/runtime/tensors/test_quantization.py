"""Quantization: the way back and forth, and thresholds on raw integers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from edgevision.runtime.tensors.quantization import (
    dequantize,
    lowest_passing,
    quantize,
    to_real,
    to_tensor,
)
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st

TYPES = ("uint8", "int8", "int16")


def spec(dtype: str, scale: float, zero_point: int) -> TensorSpec:
    return TensorSpec("t", 0, (1,), np.dtype(dtype), scale, zero_point)


@given(
    st.sampled_from(TYPES),
    st.floats(2**-13, 100, width=32),
    st.integers(-128, 255),
    st.integers(0, 255),
)
def test_what_was_dequantized_quantizes_back(dtype, scale, zero_point, step):
    limits = np.iinfo(dtype)
    zero_point = min(max(zero_point, limits.min), limits.max)
    value = np.asarray([min(limits.min + step, limits.max)], dtype)
    reals = dequantize(value, scale, zero_point)
    assert reals.dtype == np.float32
    assert quantize(reals, scale, zero_point, dtype) == value


@given(st.lists(st.floats(-90, 90), min_size=1, max_size=20))
def test_a_round_trip_is_off_by_half_a_step_at_most(values):
    scale = 0.75
    back = dequantize(quantize(values, scale, 3, "int8"), scale, 3)
    assert np.abs(back - np.asarray(values, np.float32)).max() <= scale / 2 + 1e-5


@pytest.mark.parametrize(
    ("real", "expected"),
    [
        (0.5, 0),  # halves go to the even neighbour
        (1.5, 2),
        (-0.5, 0),
        (-1.5, -2),
        (126.6, 127),
        (1e9, 127),  # what lies outside goes to the end
        (-1e9, -128),
        (math.inf, 127),
    ],
)
def test_rounding_and_clipping(real, expected):
    assert quantize([real], 1.0, 0, "int8").tolist() == [expected]


def test_int8_minus_a_zero_point_does_not_overflow():
    assert dequantize(np.asarray([-128], "int8"), 1.0, 127).tolist() == [-255.0]


def test_nan_is_refused():
    with pytest.raises(ValueError, match="quantize got NaN"):
        quantize([math.nan], 1.0, 0, "int8")


@pytest.mark.parametrize("scale", [0.0, -1.0, math.nan, math.inf])
def test_a_scale_must_be_above_zero(scale):
    with pytest.raises(ValueError, match="scale must be above 0"):
        dequantize([1], scale, 0)


def test_a_float_type_is_refused():
    with pytest.raises(ValueError, match="quantize makes integers"):
        quantize([1.0], 1.0, 0, "float32")


def test_tensors_without_scale_pass_through():
    assert to_real([3, 200], spec("uint8", 0.0, 0)).tolist() == [3.0, 200.0]
    assert to_tensor([2.6, 300.0], spec("uint8", 0.0, 0)).tolist() == [3, 255]
    assert to_tensor([0.25], spec("float32", 0.0, 0)).tolist() == [0.25]


@given(
    st.sampled_from(("uint8", "int8")),
    st.floats(2**-16, 10, width=32),
    st.integers(0, 255),
    st.one_of(st.floats(-3, 3), st.sampled_from([math.inf, -math.inf, 0.5, 1.0])),
)
def test_a_threshold_on_integers_keeps_what_one_on_reals_keeps(
    dtype, scale, offset, threshold
):
    limits = np.iinfo(dtype)
    tensor = spec(dtype, scale, limits.min + offset)
    every = np.arange(limits.min, limits.max + 1).astype(dtype)
    lowest = lowest_passing(threshold, tensor)
    kept = every.astype(int) >= lowest
    expected = to_real(every, tensor) >= np.float32(threshold)
    assert kept.tolist() == expected.tolist()


def test_a_threshold_far_below_the_range_is_found_at_once():
    assert lowest_passing(-1e30, spec("int16", 1e-6, 0)) == -32768
    assert lowest_passing(1e30, spec("int16", 1e-6, 0)) == 32768


def test_a_nan_threshold_is_refused():
    with pytest.raises(ValueError, match="threshold must be a number"):
        lowest_passing(math.nan, spec("int8", 1.0, 0))
