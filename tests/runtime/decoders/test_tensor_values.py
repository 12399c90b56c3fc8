"""Thresholds in the quantized domain cut exactly where real ones do."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.tensor_values import (
    Levels,
    holds_scores,
    refuse_logits,
)
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st

from edgevision.errors import UnsupportedModelError


def spec(dtype: type, scale: float = 0.0, zero_point: int = 0) -> TensorSpec:
    return TensorSpec("head", 0, (1, 4), np.dtype(dtype), scale, zero_point)


@given(
    st.sampled_from([np.int8, np.uint8, np.int16, np.uint16]),
    st.floats(1e-5, 10.0),
    st.integers(-128, 255),
    st.floats(0.0, 1.0),
    st.sampled_from(["none", "sigmoid"]),
)
def test_raw_comparison_equals_the_real_one(
    dtype: type, scale: float, zero_point: int, threshold: float, activation: str
) -> None:
    levels = Levels(spec(dtype, scale, zero_point), activation=activation)
    limits = np.iinfo(dtype)
    raw = np.arange(limits.min, limits.max + 1).astype(dtype)
    expected = levels.real(raw) >= np.float32(threshold)
    np.testing.assert_array_equal(raw.astype(int) >= levels.floor(threshold), expected)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16])
def test_reals_are_scale_times_the_distance_from_zero(dtype: type) -> None:
    limits = np.iinfo(dtype)
    raw = np.asarray([limits.min, 0, 5, limits.max], dtype)
    reals = Levels(spec(dtype, 0.5, 3)).real(raw)
    np.testing.assert_array_equal(reals, 0.5 * (raw.astype(np.float64) - 3))
    assert reals.dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64])
def test_tensors_without_a_scale_hold_reals(dtype: type) -> None:
    raw = np.asarray([0, 1, 7], dtype)
    reals = Levels(spec(dtype)).real(raw)
    assert reals.tolist() == [0, 1, 7]
    assert not np.shares_memory(reals, raw)


@given(st.floats(0.0, 1.0), st.lists(st.floats(-30, 30, width=32), max_size=30))
def test_float_logits_are_never_cut_too_early(
    threshold: float, values: list[float]
) -> None:
    levels = Levels(spec(np.float32), activation="sigmoid")
    raw = np.asarray(values, np.float32)
    passing = levels.real(raw) >= np.float32(threshold)
    assert (raw[passing] >= levels.floor(threshold)).all()


def test_sigmoid_does_not_overflow() -> None:
    levels = Levels(spec(np.float32), activation="sigmoid")
    reals = levels.real(np.asarray([-1e4, 0, 1e4], np.float32))
    assert reals.tolist() == [0.0, 0.5, 1.0]


def test_texts_are_no_scores() -> None:
    with pytest.raises(UnsupportedModelError, match="'head' has dtype bool"):
        Levels(spec(np.bool_))


@pytest.mark.parametrize(
    ("dtype", "scale", "zero_point", "proven"),
    [
        ("uint8", 1 / 256, 0, True),
        ("int8", 1 / 256, -128, True),
        ("int8", 0.1, 0, False),
        ("uint8", 0.0, 0, False),
        ("float32", 0.0, 0, False),
    ],
)
def test_only_a_quantized_range_proves_scores(dtype, scale, zero_point, proven) -> None:
    assert holds_scores(spec(np.dtype(dtype).type, scale, zero_point)) == proven


def test_what_is_far_above_1_is_a_logit() -> None:
    refuse_logits(1.4)
    with pytest.raises(UnsupportedModelError, match="is 7, .* activation=softmax"):
        refuse_logits(7.0, activations="softmax")
