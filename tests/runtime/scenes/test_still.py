"""Generated scenes: same seed same pixels, and truth that the pixels confirm."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from edgevision.runtime.geometry.boxes import iou
from edgevision.runtime.scenes import (
    EASY,
    HARD,
    SHAPES,
    Scene,
    render_crop,
    render_scene,
)
from hypothesis import given
from hypothesis import strategies as st

CLEAN = dataclasses.replace(HARD, gradient=False, noise=0.0, contrast=150.0)


def seen_extent(image):
    """Return the half-open box of all pixels that differ from the first one."""
    ys, xs = np.nonzero((image != image[0, 0]).any(axis=2))
    return np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])


@pytest.mark.parametrize("class_id", range(len(SHAPES)))
def test_same_seed_draws_the_same_crop_and_another_seed_another(class_id):
    first, again, other = (
        render_crop(np.random.default_rng(seed), class_id, 48) for seed in (5, 5, 6)
    )
    assert first.shape == (48, 48, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@given(seed=st.integers(0, 10_000), class_id=st.integers(0, len(SHAPES) - 1))
def test_a_crop_s_shape_lies_wholly_inside(seed, class_id):
    crop = render_crop(np.random.default_rng(seed), class_id, 48, difficulty=CLEAN)
    # Cut off anywhere, its extent would be less than its smallest possible width.
    x0, y0, x1, y1 = seen_extent(crop)
    assert min(x1 - x0, y1 - y0) >= 0.3 * 48
    corners = crop[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert (corners == crop[0, 0]).all()


@given(
    seed=st.integers(0, 10_000),
    t=st.floats(0, 100),
    size=st.sampled_from([(96, 96), (160, 120), (61, 200)]),
)
def test_boxes_are_what_the_pixels_show(seed, t, size):
    scene = Scene(seed, size, 1, radius=(0.15, 0.3), difficulty=CLEAN)
    image, boxes, class_ids = scene.frame(t)
    assert image.shape == (size[1], size[0], 3)
    assert boxes.dtype == np.float32
    assert class_ids.dtype == np.int64
    seen = seen_extent(image)
    # Outwards at most the pixel that is touched; inwards a tip that covers nothing.
    assert (seen[:2] >= np.floor(boxes[0, :2]) - 1).all()
    assert (seen[2:] <= np.ceil(boxes[0, 2:]) + 1).all()
    assert np.abs(seen - boxes[0]).max() <= 2


def test_a_box_is_not_shifted_on_average():
    shifts = []
    for seed in range(60):
        image, boxes, _ = Scene(seed, 128, 1, difficulty=CLEAN).frame(seed / 7)
        seen = seen_extent(image)
        shifts.append((seen[:2] + seen[2:] - boxes[0, :2] - boxes[0, 2:]) / 2)
    assert np.abs(np.mean(shifts, axis=0)).max() < 0.1


@given(seed=st.integers(0, 1000), t=st.floats(0, 1000), count=st.integers(1, 12))
def test_rooms_keep_shapes_apart_and_inside(seed, t, count):
    _, boxes, class_ids = Scene(seed, (160, 120), count).frame(t)
    assert boxes.shape == (count, 4)
    assert ((class_ids >= 0) & (class_ids < len(SHAPES))).all()
    assert (boxes[:, 2:] > boxes[:, :2]).all()
    assert (boxes >= 0).all()
    assert (boxes <= [160, 120, 160, 120]).all()
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    np.fill_diagonal(shared, 0)
    assert shared.max() < 0.01


def test_any_moment_can_be_drawn_in_any_order():
    forwards, backwards = (Scene(3, (80, 60), 2, period=0.5) for _ in range(2))
    times = [i / 10 for i in range(20)]
    there = [forwards.frame(t) for t in times]
    back = [backwards.frame(t) for t in reversed(times)][::-1]
    for first, second in zip(there, back, strict=True):
        for a, b in zip(first, second, strict=True):
            np.testing.assert_array_equal(a, b)


def test_shapes_move_a_little_and_stay_the_same_until_the_period_ends():
    scene = Scene(1, (160, 120), 3, period=2.0)
    _, first, ids = scene.frame(0.0)
    _, next_, same = scene.frame(0.04)
    assert 0 < np.abs(first - next_).max() < 8
    np.testing.assert_array_equal(ids, same)
    stages = {scene.frame(2.0 * act)[0].tobytes() for act in range(5)}
    assert len(stages) == 5


def test_every_class_comes_up():
    scene = Scene(0, 32, 1, period=1.0)
    drawn = {int(scene.frame(act + 0.5)[2][0]) for act in range(60)}
    assert drawn == set(range(len(SHAPES)))


def test_overlapping_shapes_roam_the_whole_picture():
    scene = Scene(2, 100, 4, overlap=True, radius=(0.05, 0.1))
    boxes = np.stack([scene.frame(t)[1] for t in range(200)])
    assert (boxes[..., :2].min(axis=0) < 12).all()
    assert (boxes[..., 2:].max(axis=0) > 88).all()


def test_easy_crops_are_upright_and_quiet():
    crop = render_crop(np.random.default_rng(0), 3, 48, difficulty=EASY)
    assert crop[:4, :4].std(axis=(0, 1)).max() < 12


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda rng: render_crop(rng, 6, 48), r"class_id must be 0\.\.5 .*, got 6"),
        (lambda rng: render_crop(rng, 0, 4), "size must be at least 8 pixels, got 4"),
        (lambda rng: render_scene(rng, (90, 4)), "at least 8x8, got 90x4"),
        (lambda rng: render_scene(rng, (9, 9), count=(2, 1)), "count must be a range"),
        (lambda rng: render_scene(rng, (9, 9), radius=(0, 1)), "radius must be a ran"),
        (lambda rng: Scene(0, (4, 90)), "at least 8x8, got 4x90"),
        (lambda rng: Scene(0, 64, 0), "count must be at least 1, got 0"),
        (lambda rng: Scene(0, 64, 1, period=0), "period must be positive"),
        (lambda rng: Scene(0, 64, 1).frame(-1), "t must be 0 or more seconds, got -1"),
    ],
)
def test_wrong_calls_name_the_value(rng, call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(rng)


@given(seed=st.integers(0, 10_000), size=st.sampled_from([(96, 96), (160, 120)]))
def test_a_still_scene_s_shapes_hardly_cover_each_other(seed, size):
    rng = np.random.default_rng(seed)
    image, boxes, class_ids = render_scene(rng, size)
    assert image.shape == (size[1], size[0], 3)
    assert boxes.dtype == np.float32
    assert class_ids.dtype == np.int64
    assert 1 <= len(boxes) == len(class_ids) <= 6
    assert (boxes >= 0).all()
    assert (boxes <= [*size, *size]).all()
    shared = iou(boxes, boxes)
    np.fill_diagonal(shared, 0)
    assert shared.max() <= 0.1


@given(seed=st.integers(0, 10_000))
def test_a_still_scene_s_box_is_what_the_pixels_show(seed):
    rng = np.random.default_rng(seed)
    image, boxes, _ = render_scene(
        rng, (96, 80), count=(1, 1), radius=(0.1, 0.3), difficulty=CLEAN
    )
    assert np.abs(seen_extent(image) - boxes[0]).max() <= 2


def test_same_seed_draws_the_same_still_scene():
    first, again, other = (
        render_scene(np.random.default_rng(seed), (64, 48)) for seed in (3, 3, 4)
    )
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)
    assert (first[0] != other[0]).any()
