"""Targets and losses say what loops over cells and boxes say."""

from __future__ import annotations

import numpy as np
import pytest
from edgevision.runtime.decoders.fcos.anchor_free_grid import Cells
from edgevision.runtime.geometry.boxes import iou
from edgevision.training.detection.losses import focal_loss, giou_loss
from edgevision.training.detection.targets import (
    CENTER_RADIUS,
    IGNORED,
    NOTHING,
    assign,
    level_strides,
)
from hypothesis import given
from hypothesis import strategies as st

SIZE = (128, 96)
CELLS = Cells.of(SIZE, (8, 16))


def random_boxes(rng, count, low=2.0):
    sides = rng.uniform(low, np.array(SIZE), (count, 2))
    corner = rng.uniform(0, 1, (count, 2)) * (np.array(SIZE) - sides)
    return np.concatenate([corner, corner + sides], axis=1).astype(np.float32)


def loop(boxes, class_ids, ignored):
    """Return the targets, one cell and one box at a time."""
    classes = np.full((len(CELLS), 1), NOTHING, np.float32)
    distances = np.zeros((len(CELLS), 5), np.float32)
    owner = {}
    for n, (x1, y1, x2, y2) in enumerate(boxes.astype(np.float64)):
        level = 8 if max(x2 - x1, y2 - y1) <= 64 else 16
        cx, cy = (x1 + x2) / 2, (y1 + y2) / 2
        mine = []
        far = []
        for i in range(len(CELLS)):
            x, y, stride = float(CELLS.x[i]), float(CELLS.y[i]), CELLS.strides[i]
            away = max(abs(x - cx), abs(y - cy))
            if stride == 8:
                far.append((away, i))
            if (
                stride == level
                and min(x - x1, y - y1, x2 - x, y2 - y) > 0
                and away <= CENTER_RADIUS * stride
            ):
                mine.append(i)
        for i in mine or [min(far)[1]]:
            size = (x2 - x1) * (y2 - y1)
            if i not in owner or size < owner[i][0]:
                owner[i] = (size, n)
    for i in range(len(CELLS)):
        x, y, stride = float(CELLS.x[i]), float(CELLS.y[i]), CELLS.strides[i]
        if i in owner:
            n = owner[i][1]
            x1, y1, x2, y2 = boxes[n]
            classes[i] = class_ids[n]
            reach = np.array([x - x1, y - y1, x2 - x, y2 - y])
            distances[i, :4] = np.maximum(reach, 0) / stride
            distances[i, 4] = 1
        elif any(a <= x < c and b <= y < d for a, b, c, d in ignored):
            classes[i] = IGNORED
    return classes, distances


@given(seed=st.integers(0, 10_000), count=st.integers(0, 6), crowds=st.integers(0, 2))
def test_targets_are_what_a_loop_finds(seed, count, crowds):
    rng = np.random.default_rng(seed)
    boxes, ignored = random_boxes(rng, count), random_boxes(rng, crowds)
    class_ids = rng.integers(0, 4, count)
    classes, distances = assign(CELLS, boxes, class_ids, ignored=ignored)
    wanted = loop(boxes, class_ids, ignored)
    np.testing.assert_array_equal(classes, wanted[0])
    np.testing.assert_allclose(distances, wanted[1], atol=1e-5)


@given(seed=st.integers(0, 10_000))
def test_every_box_has_a_cell_that_gives_it_back(seed):
    rng = np.random.default_rng(seed)
    boxes = random_boxes(rng, 1, low=9.0)
    classes, distances = assign(CELLS, boxes, np.array([2]))
    own = np.flatnonzero(classes[:, 0] == 2)
    assert len(own)
    again = CELLS.boxes(distances[own, :4], own)
    np.testing.assert_allclose(again, np.repeat(boxes, len(own), axis=0), atol=1e-4)


def test_a_box_that_no_middle_lies_in_takes_the_nearest_cell():
    boxes = np.array([[8.5, 8.5, 10.5, 10.5]], np.float32)
    classes, distances = assign(CELLS, boxes, np.array([1]))
    assert (classes[:, 0] == 1).sum() == 1
    assert distances[:, 4].sum() == 1
    assert (distances >= 0).all()


def test_levels_by_the_longer_side():
    sides = np.array([1, 64, 64.5, 128, 129, 1000], np.float32)
    np.testing.assert_array_equal(
        level_strides(sides, (8, 16, 32)), [8, 8, 16, 16, 32, 32]
    )
    np.testing.assert_array_equal(level_strides(sides, (8,)), [8] * 6)


@pytest.mark.tf
@given(seed=st.integers(0, 1000))
def test_the_focal_loss_is_its_formula(seed):
    rng = np.random.default_rng(seed)
    truth = rng.integers(-2, 3, (2, 7, 1)).astype(np.float32)
    scores = rng.uniform(0.001, 0.999, (2, 7, 3)).astype(np.float32)
    total = objects = 0.0
    for b in range(2):
        for i in range(7):
            own = int(truth[b, i, 0])
            objects += own >= 0
            if own == IGNORED:
                continue
            for c in range(3):
                p = float(scores[b, i, c])
                if c == own:
                    total -= 0.25 * (1 - p) ** 2 * np.log(p)
                else:
                    total -= 0.75 * p**2 * np.log(1 - p)
    found = float(focal_loss(truth, scores))
    assert found == pytest.approx(total / max(objects, 1), rel=1e-4)


@pytest.mark.tf
@given(seed=st.integers(0, 1000))
def test_the_giou_loss_is_that_of_the_boxes(seed):
    rng = np.random.default_rng(seed)
    truth = rng.uniform(0.05, 4, (2, 5, 5)).astype(np.float32)
    truth[..., 4] = rng.integers(0, 2, (2, 5))
    found = rng.uniform(0.05, 4, (2, 5, 4)).astype(np.float32)
    losses = []
    for b in range(2):
        for i in range(5):
            if not truth[b, i, 4]:
                continue
            sign = np.array([-1, -1, 1, 1])
            one, other = truth[b, i, :4] * sign, found[b, i] * sign
            low, high = np.minimum(one, other), np.maximum(one, other)
            hull = (high[2] - low[0]) * (high[3] - low[1])
            areas = [(x[2] - x[0]) * (x[3] - x[1]) for x in (one, other)]
            overlap = float(iou(one[None], other[None])[0, 0])
            union = sum(areas) / (1 + overlap)
            losses.append(1 - (overlap - (hull - union) / hull))
    wanted = np.mean(losses) if losses else 0.0
    assert float(giou_loss(truth, found)) == pytest.approx(wanted, abs=1e-4)
