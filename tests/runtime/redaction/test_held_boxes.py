"""For how long a box stays after it was last seen."""

import numpy as np
import pytest
from edgevision.runtime.geometry import iou
from edgevision.runtime.redaction import HeldBoxes
from hypothesis import given
from hypothesis import strategies as st

from edgevision.errors import RedactionError

SIZE = (100, 50)
FACE = (10.0, 10.0, 20.0, 20.0)


def _rows(*rows):
    return np.asarray(rows, np.float64).reshape(-1, 4)


def _contains(boxes, row):
    low, high = np.asarray(row[:2]), np.asarray(row[2:])
    return bool(((boxes[:, :2] <= low) & (boxes[:, 2:] >= high)).all(axis=1).any())


@given(
    times=st.lists(st.floats(0.01, 0.4), min_size=2, max_size=30),
    is_seen=st.lists(st.booleans(), min_size=30, max_size=30),
)
def test_a_thing_is_covered_for_the_time_after_it_was_seen(times, is_seen):
    held, now, last = HeldBoxes(1.0), 0.0, None
    for step, sees in zip(times, is_seen, strict=False):
        now += step
        last = now if sees else last
        boxes = held.update(_rows(FACE) if sees else _rows(), SIZE, now)
        is_due = last is not None and now - last <= 1.0
        assert _contains(boxes, FACE) == is_due
        assert len(boxes) == is_due, "and once only"


def test_what_is_held_grows_because_it_may_have_moved():
    held = HeldBoxes(1.0)
    held.update(_rows(FACE), SIZE, 5.0)
    assert held.update(_rows(), SIZE, 5.5).tolist() == [[7.5, 7.5, 22.5, 22.5]]


def test_a_thing_that_moves_is_the_same_one():
    held = HeldBoxes(1.0)
    held.update(_rows(FACE), SIZE, 0)
    assert len(held.update(_rows((12, 10, 22, 20)), SIZE, 0.1)) == 1


def test_of_two_that_cross_the_one_that_is_missed_stays():
    held = HeldBoxes(1.0)
    near = (12.0, 10.0, 22.0, 20.0)
    held.update(_rows(FACE, near), SIZE, 0)
    far = (70.0, 30.0, 80.0, 40.0)
    boxes = held.update(_rows((11, 10, 21, 20), far), SIZE, 0.1)
    assert len(boxes) == 3


def test_boxes_follow_a_picture_of_another_size():
    held = HeldBoxes(1.0)
    held.update(_rows(FACE), SIZE, 0)
    assert held.update(_rows(), (200, 100), 0.0).tolist() == [[20, 20, 40, 40]]


def test_another_source_is_another_scene():
    held = HeldBoxes(1.0)
    held.update(_rows(FACE), SIZE, 0, "a.jpg")
    assert not len(held.update(_rows(), SIZE, 0.1, "b.jpg"))


def test_a_clock_that_goes_back_keeps_what_was_seen():
    held = HeldBoxes(1.0)
    held.update(_rows(FACE), SIZE, 100)
    assert _contains(held.update(_rows(), SIZE, 3.0), FACE)
    assert _contains(held.update(_rows(), SIZE, 3.9), FACE)
    assert not len(held.update(_rows(), SIZE, 4.1))


def test_no_hold_keeps_nothing():
    held = HeldBoxes(0)
    held.update(_rows(FACE), SIZE, 0)
    assert not len(held.update(_rows(), SIZE, 0))


def test_more_boxes_than_can_be_held_are_an_error():
    """Left out silently, the oldest would be shown."""
    held = HeldBoxes(10)
    corners = np.random.default_rng(0).uniform(0, 1e5, (1200, 2))
    rows = np.concatenate([corners, corners + 1], axis=1)
    assert len(held.update(rows[:1000], SIZE, 0)) == 1000
    with pytest.raises(RedactionError, match="1024 are the most"):
        held.update(rows[1000:], SIZE, 1)


@pytest.mark.parametrize("seconds", [-1, float("nan"), 1e9])
def test_a_hold_that_cannot_be_is_refused(seconds):
    with pytest.raises(ValueError, match=r"0\.\.3600"):
        HeldBoxes(seconds)


@pytest.mark.parametrize("seed", range(12))
def test_boxes_replace_each_other_as_the_best_of_a_table_of_all_overlaps(seed):
    """Many boxes, half of which move a little, against the table of all pairs."""
    rng = np.random.default_rng(seed)
    corners = rng.integers(0, 60, (seed * 3, 2)).astype(float)
    older = np.hstack([corners, corners + rng.integers(4, 40, corners.shape)])
    newer = (older + rng.integers(-3, 4, older.shape) * 0.5)[
        rng.random(len(older)) < 0.5
    ]
    held = HeldBoxes(1.0)
    held.update(older, (128, 128), 0.0)
    kept = held.update(newer, (128, 128), 0.0)[len(newer) :]
    shared = iou(older / 128, newer / 128)
    is_missed = np.ones(len(older), bool)
    while shared.size and shared.max() >= 0.3:
        row, column = np.unravel_index(shared.argmax(), shared.shape)
        is_missed[row] = False
        shared[row], shared[:, column] = -1, -1
    np.testing.assert_array_equal(kept, older[is_missed])
