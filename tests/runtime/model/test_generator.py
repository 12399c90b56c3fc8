"""Latents, pictures and grids of generators."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from edgevision.runtime.decoders.image import ImageDecoder, ImageOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.interpreter.fake import FakeInterpreter
from edgevision.runtime.model.generator import grid_of, latents_of
from edgevision.runtime.model.model import Model
from edgevision.runtime.results.generation import Generation
from edgevision.runtime.tensors.quantization import to_real
from edgevision.runtime.tensors.spec import TensorSpec
from hypothesis import given
from hypothesis import strategies as st

from edgevision.card import ModelCard, OutputCard
from edgevision.errors import ModelError, UnsupportedModelError

BOX = Letterbox.fit((1, 1), (1, 1))


def spec(shape, dtype="float32", scale=0.0, zero=0):
    return TensorSpec("t", 0, shape, np.dtype(dtype), scale, zero)


def test_a_seed_draws_the_same_numbers_everywhere():
    drawn = latents_of(3, 5, seed=7)
    assert drawn.dtype == np.float32
    digest = hashlib.sha256(drawn.astype("<f4").tobytes()).hexdigest()
    assert digest.startswith("e1f399c376c56d16"), digest
    np.testing.assert_array_equal(latents_of(2, 5, seed=7), drawn[:2])
    assert (latents_of(3, 5, seed=8) != drawn).all()
    np.testing.assert_array_equal(drawn * 65536, np.rint(drawn * 65536))


def test_latents_are_normal():
    drawn = latents_of(1000, 100, seed=1)
    assert abs(drawn.mean()) < 0.02
    assert abs(drawn.std() - 1) < 0.02
    assert np.abs(drawn).max() > 3.5  # the tails are there


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_seeds_out_of_range_are_refused(seed):
    with pytest.raises(ValueError, match=r"seed must be in 0\.\.4294967295"):
        latents_of(1, 1, seed=seed)


@given(
    st.sampled_from(
        [
            ("float32", 0.0, 0),
            ("uint8", 1 / 128, 128),
            ("int8", 1 / 128, 0),
            ("int16", 1 / 32768, 0),
        ]
    ),
    st.sampled_from([1, 3]),
    st.sampled_from([(127.5, 127.5), (0.0, 255.0)]),
    st.integers(0, 2**32 - 1),
)
def test_pixels_are_value_times_std_plus_mean(kind, channels, units, seed):
    dtype, scale, zero = kind
    tensor = spec((1, 4, 5, channels), dtype, scale, zero)
    rng = np.random.default_rng(seed)
    if dtype == "float32":
        raw = rng.uniform(-1.2, 1.2, tensor.shape).astype(np.float32)
    else:
        limits = np.iinfo(dtype)
        raw = rng.integers(limits.min, limits.max + 1, tensor.shape, dtype=dtype)
    mean, std = units
    found = ImageDecoder(
        [tensor],
        options=ImageOptions(mean=mean, std=std),
    ).decode([raw], BOX)
    reals = to_real(raw, tensor).astype(np.float64)
    expected = np.clip(reals * std + mean, 0, 255)[0]
    expected = np.broadcast_to(expected, (4, 5, 3)) if channels == 1 else expected
    assert found.bgr.shape == (4, 5, 3)
    np.testing.assert_allclose(found.bgr[..., ::-1], expected, atol=0.501)


def test_a_bgr_output_stays_bgr():
    raw = np.zeros((1, 1, 1, 3), np.float32)
    raw[..., 0] = 1
    made = ImageDecoder(
        [spec(raw.shape)],
        options=ImageOptions(mean=0, std=255, color="bgr"),
    )
    assert made.decode([raw], BOX).image.reshape(-1).tolist() == [255, 0, 0]


@pytest.mark.parametrize(
    ("shape", "options", "words"),
    [
        ((1, 10), {}, "expected a picture 1xHxWx3 or 1xHxWx1"),
        ((1, 4, 4, 2), {}, "expected a picture"),
        ((1, 4, 4, 3), {"mean": 0, "std": 0}, "std must be above 0"),
        ((1, 4, 4, 3), {"mean": float("nan"), "std": 1}, "mean a number"),
        ((1, 4, 4, 3), {"color": "gray"}, "color must be rgb or bgr"),
    ],
)
def test_what_is_no_picture_is_refused(shape, options, words):
    with pytest.raises((UnsupportedModelError, ValueError), match=words):
        ImageDecoder(
            [spec(shape)],
            options=ImageOptions(**options),
        )


def generator(outputs, *, task="generation", decoder="image", options=None, inputs=6):
    """Return a model that answers with fixed outputs whatever it is asked."""
    stated = {"mean": 127.5, "std": 127.5} if decoder == "image" else {}
    stated |= options or {}
    card = ModelCard("fake", task, None, OutputCard(decoder, stated))
    made = spec(outputs[0].shape)
    fake = FakeInterpreter([spec((1, inputs))], [made], lambda values: outputs)
    return Model(card, fake)


def test_pictures_keep_their_latents_and_times():
    with generator([np.zeros((1, 2, 3, 3), np.float32)]) as model:
        made = model.generate(4, seed=3)
    assert made.images.shape == (4, 2, 3, 3)
    assert (made.images == 128).all()
    np.testing.assert_array_equal(made.latents, latents_of(4, 6, seed=3))
    assert made.invoke_ms is not None
    assert made.invoke_ms.shape == (4,)
    assert len(made[1:3]) == 2
    assert made[0].shape == (2, 3, 3)
    assert [image.shape for image in made] == [(2, 3, 3)] * 4
    assert made.to_dict() == {"images": {"count": 4, "width": 3, "height": 2}}


def test_what_cannot_be_generated_is_a_sentence():
    picture = [np.zeros((1, 2, 3, 3), np.float32)]
    with generator(picture) as model:
        with pytest.raises(ValueError, match="count must be 1 to 10000"):
            model.generate(0)
        with pytest.raises(ValueError, match=r"latents must have shape \(N, 6\)"):
            model.generate(latents=np.zeros((1, 5)))
        with pytest.raises(ValueError, match="latents must be finite"):
            model.generate(latents=np.full((1, 6), np.nan))
        with pytest.raises(UnsupportedModelError, match="edgevision generate"):
            model(np.zeros((8, 8, 3), np.uint8))
    with (
        generator([np.full((1, 2, 3, 3), np.nan, np.float32)]) as model,
        pytest.raises(ModelError, match="gave NaN or infinity"),
    ):
        model.generate()
    with (
        generator(picture, options={"latent": 100}) as model,
        pytest.raises(UnsupportedModelError, match="takes 6 numbers, but its card"),
    ):
        model.generate()
    scores = [np.asarray([[0.5, 0.5]], np.float32)]
    with (
        generator(
            scores,
            task="classification",
            decoder="classifier",
            options={"activation": "none"},
        ) as model,
        pytest.raises(UnsupportedModelError, match="makes no pictures"),
    ):
        model.generate()


@given(st.integers(1, 12), st.integers(1, 5), st.integers(1, 3), st.integers(0, 2))
def test_a_grid_shows_every_picture_once(count, columns, scale, gap):
    images = np.arange(1, count + 1, dtype=np.uint8).repeat(4 * 5 * 3)
    images = images.reshape(count, 4, 5, 3)
    grid = grid_of(images, columns=columns, scale=scale, gap=gap)
    across = min(columns, count)
    rows = -(-count // across)
    height, width = rows * (4 + gap) - gap, across * (5 + gap) - gap
    assert grid.shape == (height * scale, width * scale, 3)
    for value in range(1, count + 1):
        assert (grid[..., 0] == value).sum() == 4 * 5 * scale**2


def test_grids_are_about_square_and_need_a_picture():
    assert grid_of(np.zeros((16, 8, 8, 3), np.uint8), gap=0).shape == (32, 32, 3)
    with pytest.raises(ValueError, match="at least one picture"):
        grid_of(np.zeros((0, 8, 8, 3), np.uint8))
    with pytest.raises(ValueError, match="scale must be at least 1"):
        grid_of(np.zeros((1, 8, 8, 3), np.uint8), scale=0)
    with pytest.raises(ValueError, match="would have 8x1799999 pixels"):
        grid_of(np.zeros((200_000, 8, 8, 3), np.uint8), columns=1)
    with pytest.raises(ValueError, match=r"images must have shape \(N, H, W, 3\)"):
        Generation(np.zeros((2, 2, 3), np.uint8))
