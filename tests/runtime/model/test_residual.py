"""A denoiser that answers with the noise gives the picture without it."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.interpreter.fake import FakeInterpreter
from edgevision.runtime.model.model import Model
from edgevision.runtime.tensors.spec import TensorSpec

from edgevision.card import InputCard, ModelCard, OutputCard
from edgevision.errors import UnsupportedModelError

FLOAT = np.dtype(np.float32)
I8 = (np.dtype(np.int8), 1 / 255, -128)


def denoiser(residual, *, tensor, layout=(1, 4, 6, 3)):
    """Return a model that answers with a quarter of its input, and then destroys it."""

    def compute(view):
        answer = (view.astype(np.float32) - tensor[2]) * (tensor[1] or 1) / 4
        view[...] = 0  # as an interpreter may do with memory that it has read
        return [answer.astype(np.float32).reshape(1, 4, 6, 3)]

    options = {"residual": residual, "mean": 0, "std": 255}
    card = ModelCard(
        "denoise", "image", InputCard(6, 4, std=(255.0,)), OutputCard("image", options)
    )
    given = TensorSpec("in", 0, layout, *tensor)
    answer = TensorSpec("out", 1, (1, 4, 6, 3), FLOAT)
    return Model(card, FakeInterpreter([given], [answer], compute))


@pytest.mark.parametrize("tensor", [(FLOAT, 0.0, 0), I8], ids=["float32", "int8"])
@pytest.mark.parametrize(("residual", "share"), [("subtract", 0.75), ("add", 1.25)])
def test_the_picture_is_kept_before_the_model_runs(rng, tensor, residual, share):
    picture = rng.integers(0, 200, (4, 6, 3), dtype=np.uint8)
    with denoiser(residual, tensor=tensor) as model:
        first = model(picture).image
        second = model(picture // 2).image
    np.testing.assert_allclose(first, picture * share, atol=1)
    np.testing.assert_allclose(second, picture // 2 * share, atol=1)


def test_other_layouts_are_refused():
    with pytest.raises(UnsupportedModelError, match="residual is for pictures of an"):
        denoiser("add", tensor=(FLOAT, 0.0, 0), layout=(1, 3, 4, 6))
