"""Candidates are what --normalize means, typed as it is typed."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.scale.candidate import candidates, in_other_order
from edgevision.runtime.image.normalization import parse_normalize


@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_typed_is_what_is_computed(channels, rng):
    pixels = rng.integers(0, 256, (2, 4, 5, channels), np.uint8)
    for candidate in candidates(channels):
        rule = parse_normalize(candidate.normalize)
        ordered = pixels[..., ::-1] if rule.color == "bgr" else pixels
        expected = (ordered.astype(float) - rule.mean) / np.asarray(rule.std)
        np.testing.assert_allclose(
            candidate.inputs(pixels), expected, rtol=1e-5, atol=1e-5
        )
        assert candidate.option == f"--normalize {candidate.normalize}"
        assert (candidate.color == "gray") == (channels == 1)


def test_gray_pictures_have_no_rule_with_three_means_and_no_other_order():
    names = [candidate.normalize for candidate in candidates(1)]
    assert names == ["raw", "unit", "signed", "mean=127.5,std=255"]
    assert all(in_other_order(candidate) is None for candidate in candidates(1))


def test_the_other_order_is_swapped_and_said(rng):
    pixels = rng.integers(0, 256, (1, 2, 2, 3), np.uint8)
    unit = next(item for item in candidates(3) if item.normalize == "unit")
    swapped = in_other_order(unit)
    assert swapped is not None
    assert swapped.option == "--normalize unit --color bgr"
    np.testing.assert_array_equal(
        swapped.inputs(pixels), unit.inputs(pixels)[..., ::-1]
    )
    # Means per channel state the order themselves.
    others = [item for item in candidates(3) if len(item.mean) == 3]
    assert [item.normalize for item in others] == ["torch", "caffe"]
    assert all(in_other_order(item) is None for item in others)
