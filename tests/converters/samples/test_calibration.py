"""Calibration sees byte for byte what the camera path feeds."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.datasets.image_set import ImageSet
from edgevision.converters.samples.calibration import named_rows, read
from edgevision.converters.samples.pixel_values import normalized
from edgevision.runtime.image.preprocess import Preprocessor
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.card import InputCard
from edgevision.errors import CalibrationError


@pytest.mark.parametrize("resize", ["stretch", "letterbox", "center-crop"])
@pytest.mark.parametrize("color", ["rgb", "bgr", "gray"])
@pytest.mark.parametrize("normalization", [(0.0, 1.0), (0.0, 255.0), (127.5, 127.5)])
def test_the_bytes_are_those_of_the_camera_path(rng, resize, color, normalization):
    mean, std = normalization
    card = InputCard(
        20, 16, color=color, resize=resize, mean=(mean,), std=(std,), crop_fraction=1.0
    )
    pictures = tuple(rng.integers(0, 256, (37, 53, 3), np.uint8) for _ in range(3))
    pixels = read(ImageSet(pictures), card).pixels
    # What convert makes of such a normalization: the input byte is the pixel.
    tensor = TensorSpec(
        "", 0, (1, 16, 20, card.channels), np.dtype(np.uint8), 1 / std, round(mean)
    )
    camera = Preprocessor(card, tensor)
    fed = np.empty(tensor.shape, np.uint8)
    for i, picture in enumerate(pictures):
        camera.prepare(picture, out=fed, color="rgb" if color != "bgr" else "bgr")
        difference = fed[0].astype(int) - pixels[i]
        # With mean 127.5 the zero point is 128: half a level, rounded, for all alike.
        assert np.abs(difference).max() <= (mean == 127.5)
    reals = normalized(pixels, card.mean, card.std)
    assert np.allclose(reals * std + mean, pixels, atol=1e-3)


SHAPES = {"img": (1, 4, 4, 3), "meta": (1, 2)}
TYPES = {"img": "float32", "meta": "float32"}


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"img": np.zeros((5, 4, 4, 3))}, "holds the arrays img, but the model's inp"),
        ({"img": np.zeros((5, 4, 4, 1)), "meta": np.zeros((5, 2))}, r"\(N, 4, 4, 3\)"),
        (
            {"img": np.zeros((5, 4, 4, 3)), "meta": np.zeros((4, 2))},
            "same number of samples",
        ),
        (
            {"img": np.zeros((1, 4, 4, 3)), "meta": np.full((1, 2), np.nan)},
            "not finite",
        ),
    ],
)
def test_arrays_by_name_are_checked(arrays, sentence):
    with pytest.raises(CalibrationError, match=sentence):
        named_rows(arrays, SHAPES, TYPES, "set.npz")


def test_one_array_of_any_name_serves_a_single_input():
    rows = named_rows({"x": np.zeros((5, 2))}, {"z": (1, 2)}, {"z": "float32"}, "set")
    assert rows["z"].dtype == np.float32
