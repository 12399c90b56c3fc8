"""Cells that touch are one object, whatever their order."""

from __future__ import annotations

import numpy as np
from edgevision.runtime.decoders.fomo import objects_of_cells
from hypothesis import given, settings
from hypothesis import strategies as st

import edgevision

Box = tuple[int, int, int, int]


def by_hand(hits: np.ndarray, scores: np.ndarray) -> set[tuple[Box, float, int]]:
    """Walk from cell to cell, to the eight neighbours of the same class."""
    left = {
        tuple(cell): float(score)
        for cell, score in zip(np.argwhere(hits).tolist(), scores, strict=True)
    }
    objects: set[tuple[Box, float, int]] = set()
    while left:
        group = [left.popitem()]
        for (y, x, kind), _ in group:
            near = [(y + i, x + j, kind) for i in (-1, 0, 1) for j in (-1, 0, 1)]
            group += [(cell, left.pop(cell)) for cell in near if cell in left]
        ys, xs, kinds = zip(*(cell for cell, _ in group), strict=True)
        box = (min(xs), min(ys), max(xs) + 1, max(ys) + 1)
        objects.add((box, max(score for _, score in group), kinds[0]))
    return objects


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 9), st.integers(1, 9), st.integers(1, 3),
    st.floats(0.02, 0.6), st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_objects_are_those_of_walking_from_cell_to_cell(
    rows, columns, classes, share, seed
):
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


def test_a_cell_inside_the_box_of_others_is_its_own_object() -> None:
    hits = np.zeros((5, 5, 1), np.bool_)
    # A ring with a gap around a cell that touches no other.
    hits[[0, 1, 2, 3, 4, 4, 4, 0, 0], [0, 0, 0, 0, 0, 1, 2, 1, 4], 0] = True
    hits[2, 2, 0] = True
    boxes, scores, ids = objects_of_cells(hits, np.full(10, 0.75, np.float32))
    assert sorted(boxes.tolist()) == [[0, 0, 3, 5], [2, 2, 3, 3], [4, 0, 5, 1]]
    assert scores.tolist() == [0.75, 0.75, 0.75]
    assert ids.tolist() == [0, 0, 0]


def test_a_crowd_is_not_one_object(shared) -> None:
    """A network of two classes that sees many things: thirteen groups of cells."""
    path = shared / "tflite-foreign/fomo.tflite"
    with edgevision.load_model(path) as model:
        assert 10 < len(model(shared / "images/multi_objects.jpg")) < 17
