"""Alpha blending against its formula in float64."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.drawing.compose import (
    add_weighted,
    blend,
    lay_over,
    paint_classes,
)
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

HALF = 0.5 + 1e-9  # exact rounding
SINGLE = 0.503  # rounding of what single precision weighed


@pytest.fixture
def pair(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    image, layer = rng.integers(0, 256, (2, 20, 30, 3), dtype=np.uint8)
    return image, layer


def _formula(image: np.ndarray, layer: np.ndarray, weight: object) -> np.ndarray:
    share = np.asarray(weight, np.float64)
    share = share[..., None] if share.ndim else share
    return image * (1 - share) + layer * share


@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.5, 1.0])
def test_blend_is_the_weighted_mean(pair, alpha: float) -> None:
    image, layer = pair
    before = image.copy()
    found = blend(image, layer, alpha=alpha)
    np.testing.assert_allclose(found, _formula(image, layer, alpha), atol=HALF)
    np.testing.assert_array_equal(image, before)


@given(
    st.floats(0, 1),
    arrays.arrays(np.uint8, (2, 5, 4, 3)),
    arrays.arrays(np.uint8, (5, 4)),
    st.sampled_from(["bool", "uint8", "float32", "float64"]),
)
def test_any_mask_is_its_formula(alpha, pictures, values, kind) -> None:
    image, layer = pictures
    mask: np.ndarray = values
    share = values / 255
    if kind == "bool":
        mask = values > 127
        share = mask.astype(float)
    elif kind != "uint8":
        mask = share.astype(kind)
    found = blend(image, layer, alpha=alpha, mask=mask)
    expected = _formula(image, layer, alpha * share)
    np.testing.assert_allclose(found, expected, atol=SINGLE)


def test_a_boolean_mask_says_where(pair) -> None:
    image, layer = pair
    mask = np.zeros((20, 30), bool)
    mask[:10] = True
    found = blend(image, layer, alpha=1.0, mask=mask)
    np.testing.assert_array_equal(found[:10], layer[:10])
    np.testing.assert_array_equal(found[10:], image[10:])


def test_a_fourth_channel_of_the_layer_is_a_mask(pair, rng) -> None:
    image, layer = pair
    own, mask = rng.integers(0, 256, (2, 20, 30), dtype=np.uint8)
    found = blend(image, np.dstack([layer, own]), alpha=0.9, mask=mask)
    expected = _formula(image, layer, 0.9 * own / 255 * mask / 255)
    np.testing.assert_allclose(found, expected, atol=SINGLE)


@pytest.mark.parametrize("shape", [(6, 5), (6, 5, 1)])
@pytest.mark.parametrize("masked", [None, "bool", "float32"])
def test_gray_pictures_keep_their_shape(rng, shape, masked) -> None:
    image, layer = rng.integers(0, 256, (2, *shape), dtype=np.uint8)
    mask = None if masked is None else (rng.random((6, 5)) > 0.5).astype(masked)
    found = blend(image, layer, alpha=1.0, mask=mask)
    assert found.shape == shape
    expected = layer
    if mask is not None:
        where = mask.astype(bool).reshape(shape)
        expected = np.where(where, layer, image)
    np.testing.assert_array_equal(found, expected)


def test_views_are_blended_in_place(pair) -> None:
    image, layer = pair
    whole = image.copy()
    part = whole[::2, ::-1]
    assert blend(part, layer[::2], alpha=1.0, in_place=True) is part
    np.testing.assert_array_equal(whole[::2, ::-1], layer[::2])
    np.testing.assert_array_equal(whole[1::2], image[1::2])


def test_one_colour_in_place() -> None:
    image = np.zeros((4, 5, 3), np.uint8)
    assert blend(image, (10, 20, 30), alpha=1.0, in_place=True) is image
    assert image[3, 4].tolist() == [10, 20, 30]


def test_a_picture_without_pixels_stays_one() -> None:
    empty = np.zeros((0, 5, 3), np.uint8)
    assert blend(empty, empty, mask=np.zeros((0, 5), np.float32)).shape == (0, 5, 3)


def test_weights_need_not_add_up_to_one(pair) -> None:
    image, layer = pair
    found = add_weighted(image, layer, 1.5, -0.5, 3)
    expected = (image * 1.5 - layer * 0.5 + 3).clip(0, 255)
    np.testing.assert_allclose(found, expected, atol=HALF)
    with pytest.raises(ValueError, match="must be finite"):
        add_weighted(image, layer, float("nan"), 1)
    with pytest.raises(ValueError, match=r"second must have shape \(20, 30, 3\)"):
        add_weighted(image, layer[:3], 1, 1)


def test_over_a_transparent_picture_both_transparencies_count(rng) -> None:
    image, layer = rng.integers(0, 256, (2, 9, 8, 4), dtype=np.uint8)
    image[0, :, 3] = layer[0, :, 3] = 0
    found = lay_over(image, layer, alpha=0.6)
    front, behind = layer[..., 3] / 255 * 0.6, image[..., 3] / 255
    total = front + behind * (1 - front)
    np.testing.assert_allclose(found[..., 3], total * 255, atol=SINGLE)
    seen = total > 0
    mixed = _formula(image[..., :3] * behind[..., None], layer[..., :3] * 1.0, front)
    expected = mixed[seen] / total[seen][:, None]
    np.testing.assert_allclose(found[seen][:, :3], expected, atol=SINGLE)
    assert not found[0].any()


def test_over_an_opaque_picture_is_blending(pair) -> None:
    image, layer = pair
    opaque = np.dstack([image, np.full((20, 30), 255, np.uint8)])
    found = lay_over(opaque, layer, alpha=0.3)
    assert (found[..., 3] == 255).all()
    np.testing.assert_allclose(found[..., :3], blend(image, layer, alpha=0.3), atol=1)


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
    with pytest.raises(ValueError, match=r"a colour must be in 0\.\.255, got \(300"):
        blend(image, (300, 0, 0))
    with pytest.raises(ValueError, match="a colour of 3 channels needs a picture"):
        blend(image[:, :, 0], (1, 2, 3))
    with pytest.raises(ValueError, match=r"mask must have shape \(20, 30\)"):
        blend(image, layer, mask=np.zeros((5, 5), bool))
    with pytest.raises(ValueError, match=r"alpha must be in 0\.\.1, got 50"):
        blend(image, layer, alpha=50)
    with pytest.raises(ValueError, match="layer must be uint8, got float64"):
        blend(image, layer / 255)
    with pytest.raises(ValueError, match=r"float mask must be in 0\.\.1"):
        blend(image, layer, mask=np.full((20, 30), np.nan))
    with pytest.raises(ValueError, match="mask must be bool, uint8 or float, got int"):
        blend(image, layer, mask=np.zeros((20, 30), np.int64))
    with pytest.raises(ValueError, match=r"image must have shape \(H, W, 4\)"):
        lay_over(image, layer)
    with pytest.raises(ValueError, match=r"classes must have shape \(20, 30\)"):
        paint_classes(image, np.zeros((2, 2), np.uint8), np.zeros((256, 3), np.uint8))
