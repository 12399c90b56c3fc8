"""Alpha blending against its formula."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.compose import blend, paint_classes


@pytest.fixture
def pair(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    image, layer = rng.integers(0, 256, (2, 20, 30, 3), dtype=np.uint8)
    return image, layer


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_blend_is_the_weighted_mean(pair, alpha: float) -> None:
    image, layer = pair
    expected = image * (1 - alpha) + layer * alpha
    before = image.copy()
    np.testing.assert_allclose(blend(image, layer, alpha=alpha), expected, atol=0.51)
    np.testing.assert_array_equal(image, before)


def test_a_boolean_mask_says_where(pair) -> None:
    image, layer = pair
    mask = np.zeros((20, 30), bool)
    mask[:10] = True
    found = blend(image, layer, alpha=1.0, mask=mask)
    np.testing.assert_array_equal(found[:10], layer[:10])
    np.testing.assert_array_equal(found[10:], image[10:])


def test_a_soft_mask_weighs_every_pixel(pair) -> None:
    image, layer = pair
    mask = np.linspace(0, 255, 600).astype(np.uint8).reshape(20, 30)
    weight = mask[..., None] / 255 * 0.8
    expected = image * (1 - weight) + layer * weight
    np.testing.assert_allclose(
        blend(image, layer, alpha=0.8, mask=mask), expected, atol=1.01
    )


def test_one_colour_in_place() -> None:
    image = np.zeros((4, 5, 3), np.uint8)
    assert blend(image, (10, 20, 30), alpha=1.0, in_place=True) is image
    assert image[3, 4].tolist() == [10, 20, 30]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_classes_are_painted_and_some_are_skipped(dtype: type) -> None:
    classes = np.asarray([[0, 1], [2, 1]], dtype)
    palette = np.zeros((256, 3), np.uint8)
    palette[1], palette[2] = [1, 2, 3], [4, 5, 6]
    image = np.full((2, 2, 3), 200, np.uint8)
    found = paint_classes(image, classes, palette, alpha=1.0, skip=(0, 2))
    assert found[0].tolist() == [[200, 200, 200], [1, 2, 3]]
    assert found[1].tolist() == [[200, 200, 200], [1, 2, 3]]
    everywhere = paint_classes(image, classes, palette, alpha=1.0)
    assert everywhere[0, 0].tolist() == [0, 0, 0]


def test_wrong_sizes_are_refused(pair) -> None:
    image, layer = pair
    with pytest.raises(ValueError, match=r"layer must have shape \(20, 30, 3\)"):
        blend(image, layer[:5])
    with pytest.raises(ValueError, match=r"mask must have shape \(20, 30\)"):
        blend(image, layer, mask=np.zeros((5, 5), bool))
    with pytest.raises(ValueError, match=r"alpha must be in 0\.\.1, got 50"):
        blend(image, layer, alpha=50)
    with pytest.raises(ValueError, match=r"classes must have shape \(20, 30\)"):
        paint_classes(image, np.zeros((2, 2), np.uint8), np.zeros((256, 3), np.uint8))
