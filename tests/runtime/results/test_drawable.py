"""Results draw themselves, by the same strokes as every sink."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from edgevision.runtime.drawing.overlay import draw
from edgevision.runtime.results.classifications import Classifications
from edgevision.runtime.results.detections import Detections
from edgevision.runtime.results.embedding import Embedding
from edgevision.runtime.results.landmarks import Landmarks
from edgevision.runtime.results.poses import Poses
from edgevision.runtime.results.segmentation import Segmentation
from edgevision.runtime.results.values import Values

from edgevision.errors import OutputExistsError

PICTURE = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
ONE = np.asarray([0.75], np.float32)
CAT = ("cat",)
MASK = np.repeat(np.asarray([[0], [1]], np.uint8), 60, axis=0).repeat(160, axis=1)
HALVES = np.asarray([0.5, 0.5], np.float32)
PEOPLE = np.asarray([[[10 + 3 * i, 20 + 5 * i] for i in range(17)]], np.float32)
CORNERS = np.asarray([[[5, 5], [90, 5], [90, 110], [5, 110]]], np.float32)
HAND = np.dstack([PEOPLE, np.zeros((1, 17), np.float32)])
RESULTS = [
    Classifications(np.asarray([2]), ONE, CAT),
    Detections(np.asarray([[20, 30, 90, 100]], np.float32), ONE, np.asarray([2]), CAT),
    Segmentation(MASK, np.asarray([0, 1]), HALVES, ("", "cat")),
    Embedding(np.asarray([0.6, 0.8], np.float32), "cat", 0.75),
    Poses(PEOPLE, np.ones((1, 17), np.float32), ONE),
    Values(ONE, ("angle",), ("deg",), ((0.0, 1.0),)),
    Landmarks(HAND, ONE, CAT, tuple("abcdefghijklmnopq"), ((0, 1),), CORNERS),
]


@pytest.mark.parametrize("result", RESULTS, ids=lambda one: type(one).__name__)
def test_a_result_draws_what_a_sink_draws_and_leaves_the_picture_alone(result):
    before = PICTURE.copy()
    drawn = result.draw(PICTURE)
    np.testing.assert_array_equal(drawn, draw(before, result))
    assert (drawn != before).any()
    np.testing.assert_array_equal(PICTURE, before)


@pytest.mark.parametrize("result", RESULTS[:2], ids=lambda one: type(one).__name__)
def test_an_rgb_picture_stays_rgb(result):
    rgb = PICTURE[..., ::-1].copy()
    drawn = result.draw(rgb, color="rgb")
    np.testing.assert_array_equal(drawn[..., ::-1], result.draw(PICTURE))
    assert drawn.flags.c_contiguous


def test_an_rgb_picture_with_alpha_stays_rgb():
    rgba = np.dstack([PICTURE[..., ::-1], PICTURE[..., :1]])
    drawn = RESULTS[1].draw(rgba, color="rgb")
    np.testing.assert_array_equal(drawn[..., ::-1], RESULTS[1].draw(PICTURE))


def test_a_path_is_read_and_the_drawn_picture_is_written(tmp_path):
    source, out = tmp_path / "in.png", tmp_path / "out.png"
    cv2.imwrite(str(source), PICTURE)
    result = RESULTS[1]
    result.save(out, source)
    np.testing.assert_array_equal(cv2.imread(str(out)), result.draw(PICTURE))
    with pytest.raises(OutputExistsError, match="already exists"):
        result.save(out, source)
    result.save(out, PICTURE[..., ::-1], color="rgb", force=True)
    np.testing.assert_array_equal(cv2.imread(str(out)), result.draw(PICTURE))


def test_options_of_drawing_are_handed_on():
    masks = RESULTS[2]
    assert (
        masks.draw(PICTURE, mask_alpha=0.0) == draw(PICTURE, masks, mask_alpha=0)
    ).all()
    with pytest.raises(TypeError, match="thickness"):
        masks.draw(PICTURE, thickness=3)


def test_results_are_imported_without_what_draws_them():
    code = (
        "import sys, edgevision.runtime.results.detections\n"
        "print([m for m in sys.modules if 'drawing' in m])"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
