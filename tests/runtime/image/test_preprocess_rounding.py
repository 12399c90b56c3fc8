"""The table equals what a QUANTIZE operator makes of the normalized pixels."""

from __future__ import annotations

import platform

import numpy as np
import pytest
from edgevision.runtime.image.preprocess import pixel_table
from edgevision.runtime.interpreter.backends import find_backend
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given, settings
from hypothesis import strategies as st
from support.tiny_tflite import quantizer

from edgevision.card import InputCard
from edgevision.errors import MissingDependencyError


def backend():
    try:
        return find_backend()
    except MissingDependencyError as error:
        pytest.skip(str(error))


def run_quantize(dtype, scale, zero_point, reals, resolver):
    found = backend()
    native = found.interpreter(
        model_content=quantizer(dtype, scale, zero_point),
        num_threads=1,
        experimental_op_resolver_type=getattr(found.module.OpResolverType, resolver),
    )
    native.allocate_tensors()
    native.set_tensor(0, reals[np.newaxis])
    native.invoke()
    return native.get_tensor(1)[0]


NORMALIZATIONS = st.one_of(
    st.sampled_from([(0.0, 1.0), (0.0, 255.0), (127.5, 127.5), (103.939, 1.0)]),
    st.tuples(st.floats(0, 255, width=32), st.floats(0.25, 512, width=32)),
)
SCALES = st.one_of(
    st.sampled_from([1.0, 1 / 255, 2 / 255, 0.007843137718737125, 0.0186584]),
    st.floats(2**-10, 4, width=32),
)
POINTS = st.one_of(st.sampled_from([0, 127, 128]), st.integers(0, 255))


def case(dtype, normalization, scale, point):
    mean, std = normalization
    scale = float(np.float32(scale))
    zero_point = {"uint8": point, "int8": point - 128, "int16": 0}[dtype]
    card = InputCard(1, 1, mean=(mean,), std=(std,))
    tensor = TensorSpec("input", 0, (1, 1, 1, 3), np.dtype(dtype), scale, zero_point)
    pixels = np.arange(256, dtype=np.float32)
    reals = (pixels - np.float32(mean)) / np.float32(std)
    return pixel_table(card, tensor)[:, 0], reals, scale, zero_point


@pytest.mark.parametrize("resolver", ["AUTO", "BUILTIN_WITHOUT_DEFAULT_DELEGATES"])
@settings(max_examples=150)
@given(st.sampled_from(("uint8", "int8", "int16")), NORMALIZATIONS, SCALES, POINTS)
def test_the_table_is_what_litert_computes(
    resolver, dtype, normalization, scale, point
):
    if backend().name != "ai-edge-litert":
        pytest.skip("tflite-runtime rounds halves another way: see the next test")
    table, reals, scale, zero_point = case(dtype, normalization, scale, point)
    computed = run_quantize(dtype, scale, zero_point, reals, resolver)
    assert table.tolist() == computed.tolist()


@pytest.mark.parametrize("resolver", ["AUTO", "BUILTIN_REF"])
@settings(max_examples=100)
@given(st.sampled_from(("uint8", "int8", "int16")), NORMALIZATIONS, SCALES, POINTS)
def test_other_kernels_differ_on_halves_only_and_by_one(
    resolver, dtype, normalization, scale, point
):
    table, reals, scale, zero_point = case(dtype, normalization, scale, point)
    computed = run_quantize(dtype, scale, zero_point, reals, resolver)
    difference = np.abs(table.astype(int) - computed.astype(int))
    steps = reals.astype(np.float64) / scale
    away_from_a_half = np.abs(steps - np.floor(steps) - 0.5)
    # Float32 arithmetic puts a value that far from where it should be.
    on_a_half = away_from_a_half <= 4e-7 * np.maximum(1, np.abs(steps))
    assert difference.max() <= 1
    assert on_a_half[difference > 0].all()


@settings(max_examples=100)
@given(NORMALIZATIONS, SCALES, POINTS)
def test_reference_kernels_round_halves_away_from_zero(normalization, scale, point):
    if backend().name == "tflite-runtime" and platform.machine() == "aarch64":
        # That wheel multiplies by 1 / scale, which puts 1.5 steps at 1.4999999.
        pytest.skip("tflite-runtime's arm64 wheel rounds some halves the other way")
    _, reals, scale, zero_point = case("int8", normalization, scale, point)
    computed = run_quantize("int8", scale, zero_point, reals, "BUILTIN_REF")
    steps = (reals / np.float32(scale)).astype(np.float64)
    away = np.copysign(np.floor(np.abs(steps) + 0.5), steps)
    expected = np.clip(away + zero_point, -128, 127)
    assert computed.tolist() == expected.tolist()
