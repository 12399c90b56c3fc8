"""Cells that touch are one object, whatever their order."""

from __future__ import annotations

import numpy as np
from edgevision.runtime.decoders.fomo import objects_of_cells
from hypothesis import given, settings
from hypothesis import strategies as st

Box = tuple[int, int, int, int]


def by_hand(hits: np.ndarray, scores: np.ndarray) -> set[tuple[Box, float, int]]:
    """Merge any two boxes of a class that overlap or touch, until none do."""
    objects: list[tuple[Box, float, int]] = []
    for (y, x, kind), score in zip(np.argwhere(hits).tolist(), scores, strict=True):
        objects.append(((x, y, x + 1, y + 1), float(score), kind))
    while True:
        pair = next(
            (
                (a, b)
                for i, a in enumerate(objects)
                for b in objects[:i]
                if a[2] == b[2]
                and a[0][0] <= b[0][2]
                and b[0][0] <= a[0][2]
                and a[0][1] <= b[0][3]
                and b[0][1] <= a[0][3]
            ),
            None,
        )
        if pair is None:
            return set(objects)
        (one, first, kind), (two, second, _) = pair
        objects = [
            item for item in objects if item is not pair[0] and item is not pair[1]
        ]
        box = (*map(min, one[:2], two[:2]), *map(max, one[2:], two[2:]))
        objects.append((box, max(first, second), kind))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 9), st.integers(1, 9), st.integers(1, 3),
    st.floats(0.02, 0.6), st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_objects_are_those_of_merging_two_by_two(rows, columns, classes, share, seed):
    rng = np.random.default_rng(seed)
    hits = rng.uniform(size=(rows, columns, classes)) < share
    scores = rng.uniform(0.5, 1, int(hits.sum())).astype(np.float32)
    if not len(scores):
        return
    boxes, best, ids = objects_of_cells(hits, scores)
    answer = [
        ((*map(int, box),), float(score), int(kind))
        for box, score, kind in zip(boxes.tolist(), best, ids, strict=True)
    ]
    assert len(answer) == len(set(answer))
    assert set(answer) == by_hand(hits, scores)


def test_a_box_that_grows_takes_what_it_touches() -> None:
    hits = np.zeros((5, 5, 1), np.bool_)
    # A ring with a gap around a cell that touches no other: the ring's box covers it.
    hits[[0, 1, 2, 3, 4, 4, 4, 0, 0], [0, 0, 0, 0, 0, 1, 2, 1, 4], 0] = True
    hits[2, 2, 0] = True
    boxes, scores, ids = objects_of_cells(hits, np.full(10, 0.75, np.float32))
    assert sorted(boxes.tolist()) == [[0, 0, 3, 5], [4, 0, 5, 1]]
    assert scores.tolist() == [0.75, 0.75]
    assert ids.tolist() == [0, 0]
