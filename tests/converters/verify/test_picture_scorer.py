"""Pictures and maps of the float model and of the file, from hand-made tensors."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.converters.plan.output_plan import OutputPlan
from edgevision.converters.verify.picture_scorer import MapScorer, PictureScorer
from edgevision.converters.verify.scorers import scorer_for
from edgevision.converters.verify.tensor_scorer import ImageScorer
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.metrics.pictures import psnr, ssim
from edgevision.runtime.tensors.spec import TensorSpec

SHAPE = (1, 16, 16, 3)
BOX = Letterbox.fit((16, 16), (16, 16))
UNIT = {"mean": 0, "std": 255}
INT8 = TensorSpec("t", 0, SHAPE, np.dtype(np.int8), 1 / 255, -128)


def test_pictures_are_compared_as_the_device_shows_them(rng):
    plan = OutputPlan("image", "image", UNIT)
    scorer = scorer_for(plan, [SHAPE], [INT8], (16, 16))
    assert isinstance(scorer, PictureScorer)
    levels = rng.integers(0, 256, SHAPE, np.uint8)
    one = scorer.read_float([levels.astype(np.float32) / 255], BOX)
    equal = scorer.read([(levels.astype(int) - 128).astype(np.int8)], BOX)
    assert scorer.score(one, equal) == pytest.approx(1)
    assert scorer.error(one, equal) == 0
    assert scorer.details() == {"psnr_db": 100}
    scorer = scorer_for(plan, [SHAPE], [INT8], (16, 16))
    other = np.clip(levels.astype(int) + 10, 0, 255)
    off = scorer.read([(other - 128).astype(np.int8)], BOX)
    assert scorer.score(one, off) == pytest.approx(ssim(other[0], levels[0]))
    assert scorer.error(one, off) == pytest.approx(np.abs(other - levels).mean())
    assert scorer.details()["psnr_db"] == pytest.approx(
        psnr(other[0], levels[0]), abs=0.01
    )


def test_maps_are_compared_by_their_values(rng):
    shape = (1, 8, 8, 1)
    tensor = TensorSpec("t", 0, shape, np.dtype(np.float32))
    plan = OutputPlan("image", "image", {"kind": "map"})
    scorer = scorer_for(plan, [shape], [tensor], (8, 8))
    assert isinstance(scorer, MapScorer)
    values = rng.uniform(0, 1000, shape).astype(np.float32)
    one = scorer.read_float([values], BOX)
    assert scorer.score(one, scorer.read([values], BOX)) == pytest.approx(1)
    shifted = scorer.read([values + values.std()], BOX)
    assert scorer.score(one, shifted) == pytest.approx(1)
    assert scorer.error(one, shifted) == pytest.approx(1, rel=1e-4)
    assert scorer.score(one, scorer.read([-values], BOX)) == 0


def test_a_map_of_nan_is_as_wrong_as_it_gets(rng):
    shape = (1, 8, 8, 1)
    tensor = TensorSpec("t", 0, shape, np.dtype(np.float32))
    plan = OutputPlan("image", "image", {"kind": "map"})
    scorer = scorer_for(plan, [shape], [tensor], (8, 8))
    one = scorer.read_float([rng.uniform(0, 1, shape).astype(np.float32)], BOX)
    broken = scorer.read([np.full(shape, np.nan, np.float32)], BOX)
    assert scorer.score(one, broken) == 0
    assert scorer.error(one, broken) == 1000


def test_a_generator_is_compared_as_before():
    plan = OutputPlan("generation", "image", {"mean": 127.5, "std": 127.5})
    assert isinstance(scorer_for(plan, [SHAPE], None, (1, 1)), ImageScorer)
