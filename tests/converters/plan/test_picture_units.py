"""Black and white of pictures, from last operations and from their input."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.keras.output_head import OutputHead
from edgevision.converters.plan.picture_units import picture_units
from edgevision.converters.plan.task import OutputFacts
from hypothesis import given
from hypothesis import strategies as st

from edgevision.errors import ConversionError

SCALES = {"unit": (0, 255), "signed": (127.5, 127.5), "raw": (0, 1)}


def photographs(rng, *, size=16, channels=3):
    """Return smooth pictures of every brightness, (8, size, size, channels)."""
    small = rng.uniform(0, 255, (8, size // 4, size // 4, channels))
    return small.repeat(4, axis=1).repeat(4, axis=2)


def facts(values, *, activation="linear", is_scaled=False):
    head = OutputHead(activation, "convolution", is_scaled)
    return OutputFacts(np.asarray(values, np.float32), head)


def test_a_sigmoid_and_a_tanh_say_it_whatever_their_values_are():
    values = np.full((4, 8, 8, 3), 0.5)
    sigmoid = picture_units(facts(values, activation="sigmoid"), None)
    assert (sigmoid.mean, sigmoid.std) == (0, 255)
    assert sigmoid.source == "the sigmoid at its end: values 0..1"
    tanh = picture_units(facts(values, activation="tanh"), None)
    assert (tanh.mean, tanh.std) == (127.5, 127.5)


@given(
    st.sampled_from(list(SCALES)),
    st.floats(0, 40),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
def test_a_picture_like_its_input_has_the_nearest_scale(name, noise, large, seed):
    """Also where it goes beyond black and white, as super-resolution does (-0.15)."""
    rng = np.random.default_rng(seed)
    pixels = photographs(rng)
    answers = pixels * 1.05 - 6 + rng.normal(0, noise, pixels.shape)
    if large:
        answers = answers.repeat(2, axis=1).repeat(2, axis=2)
    mean, std = SCALES[name]
    units = picture_units(facts((answers - mean) / std), pixels)
    assert (units.mean, units.std) == SCALES[name]
    assert "look like their input" in units.source


def test_a_scaled_tanh_is_measured(rng):
    """A style network ends in tanh x 150 + 127.5: its values are pixels."""
    pixels = photographs(rng)
    head = facts(pixels, activation="tanh", is_scaled=True)
    units = picture_units(head, pixels)
    assert (units.mean, units.std) == (0, 1)


def test_a_gray_map_of_a_coloured_picture_is_compared_too(rng):
    pixels = photographs(rng)
    gray = pixels.mean(axis=-1) / 255
    assert picture_units(facts(gray), pixels).std == 255
    assert picture_units(facts(gray[..., np.newaxis]), pixels).std == 255


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda x, rng: rng.normal(0, 1, x.shape), "do not look like their input"),
        (lambda x, rng: np.zeros(x.shape), "do not look like their input"),
        (lambda x, rng: x / 50, "levels from their input"),  # neither of the three
    ],
)
def test_what_nothing_says_is_asked(rng, make, reason):
    pixels = photographs(rng)
    with pytest.raises(ConversionError, match=reason) as caught:
        picture_units(facts(make(pixels, rng)), pixels)
    assert "--option mean=0 --option std=255 for 0..1" in str(caught.value)
    assert "--option kind=map" in str(caught.value)


@pytest.mark.parametrize(
    ("low", "high", "units"),
    [(-1, 1, (127.5, 127.5)), (0, 1, (0, 255)), (0, 250, (0, 1))],
)
def test_without_a_picture_to_compare_the_values_say_it(low, high, units):
    values = np.linspace(low, high, 64).reshape(1, 8, 8, 1)
    found = picture_units(facts(values), None)
    assert (found.mean, found.std) == units


def test_values_beyond_both_ends_are_asked():
    """They were taken as -1..1."""
    values = np.linspace(-0.15, 1.25, 64).reshape(1, 8, 8, 1)
    with pytest.raises(ConversionError, match=r"are -0\.15 to 1\.25, its last"):
        picture_units(facts(values), None)
