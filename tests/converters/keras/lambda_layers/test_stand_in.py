"""Expressions as the functions of layers, chosen by name or pattern."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras.lambda_layers import by_layer, stand_ins

from edgevision.errors import ConversionError


def test_a_wrong_text_is_said_before_any_file_is_opened():
    with pytest.raises(ValueError, match="the name 'y' is unknown"):
        stand_ins({"a": "x", "b": "y"})


@pytest.mark.parametrize(
    ("functions", "names", "chosen"),
    [
        ({"a": 1}, ["a"], {"a": 1}),
        ({"*": 1}, ["a", "b", "a"], {"a": 1, "b": 1}),
        ({"*": 1, "b": 2}, ["a", "b"], {"a": 1, "b": 2}),
        # Of two patterns the first counts.
        ({"a?": 1, "*": 2}, ["a1", "b"], {"a1": 1, "b": 2}),
        # A name with the characters of a pattern is that name.
        ({"a[0]": 1}, ["a[0]"], {"a[0]": 1}),
        ({}, ["a"], {}),
    ],
)
def test_a_name_counts_more_than_a_pattern(functions, names, chosen):
    assert by_layer(functions, names) == chosen


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["scaled"], "No Lambda layer 'scale'. Did you mean 'scaled'"),
        ([], "has no Lambda layer. Leave --lambda out"),
    ],
)
def test_a_name_that_fits_nothing_is_an_error(names, sentence):
    with pytest.raises(ConversionError, match=sentence):
        by_layer({"scale": 1}, names)


@pytest.mark.tf
def test_whole_numbers_become_float_and_several_inputs_are_a_list():
    function = stand_ins({"a": "x / 255"})["a"]
    pixels = np.array([[0, 255]], np.uint8)
    np.testing.assert_array_equal(function(pixels), [[0, 1]])
    both = stand_ins({"a": "x[0] - x[1]"})["a"]
    np.testing.assert_array_equal(both([pixels, pixels]), [[0, 0]])
    with pytest.raises(ConversionError, match=r"gets \(1, 2\): it reads x\[1\]"):
        both(pixels)
