"""From the maps of keypoints to people: PersonLab's greedy decoding.

Papandreou and others, "PersonLab" (2018), section 3.2, as TensorFlow.js and Coral have
it: local maxima of all heatmaps are taken from the best down; each begins a person
unless it lies near that keypoint of one who is there already; from there the vectors
between keypoints lead to all others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ..heatmaps import Places
from .sampling import GridMap, Reals

KEYPOINTS: Final = 17
EDGES: Final = (
    (0, 1), (1, 3), (0, 2), (2, 4), (0, 5), (5, 7), (7, 9), (5, 11), (11, 13),
    (13, 15), (0, 6), (6, 8), (8, 10), (6, 12), (12, 14), (14, 16),
)  # fmt: skip
"""Parent and child of each forward vector, in the order of its channels."""

_COUNT: Final = len(EDGES)
# Within the disk of a keypoint the offsets lead to it; five steps are Coral's.
_STEPS: Final = 5
MOST_ROOTS: Final = 1000
"""Most keypoints of a frame that may begin a person."""
_NO_SCORE: Final = -100.0  # a logit that is no number

# Keypoint -> the keypoints that a vector leads to, whether it is backward, its channel.
_WAYS: Final[list[list[tuple[int, bool, int]]]] = [[] for _ in range(KEYPOINTS)]
for _edge, (_parent, _child) in enumerate(EDGES):
    _WAYS[_parent].append((_child, False, _edge))
    _WAYS[_child].append((_parent, True, _edge))


@dataclass(frozen=True)
class People:
    """The people of one frame, best first.

    Attributes:
        points: float32 (N, 17, 2), y and x in grid points.
        point_scores: float32 (N, 17), 0..1.
        scores: float32 (N,), 0..1.
    """

    points: Reals
    point_scores: Reals
    scores: Reals


@dataclass(frozen=True)
class PoseMaps:
    """The maps of one frame.

    Attributes:
        heatmaps: 17 channels, logits or scores.
        offsets: 34 channels: y of each keypoint, then x, in grid points.
        forward: The vectors from parents to children: 16 of y, then 16 of x.
        backward: The vectors from children to parents.
        backward_start: The first channel of ``backward``: 32 where both are one tensor.
        is_logit: The heatmaps hold logits.
    """

    heatmaps: GridMap
    offsets: GridMap
    forward: GridMap
    backward: GridMap
    backward_start: int
    is_logit: bool


def find_people(
    maps: PoseMaps,
    roots: tuple[Places, Places, Places],
    *,
    score_threshold: float,
    radius: float,
    most: int,
) -> People:
    """Return the people that some keypoints begin.

    Args:
        maps: The frame's maps.
        roots: Rows, columns and keypoints that may begin a person, the best first.
        score_threshold: Smallest score of a person, 0..1.
        radius: Two keypoints of one kind that are nearer are the same, in grid points.
        most: Most people.
    """
    rows, columns, kinds = roots
    places = np.stack(
        [
            rows + maps.offsets.on_grid(rows, columns, kinds),
            columns + maps.offsets.on_grid(rows, columns, KEYPOINTS + kinds),
        ],
        axis=1,
    ).astype(np.float32)
    is_free = np.asarray(np.isfinite(places).all(axis=1))
    places = places.clip(0, maps.heatmaps.last)
    points: list[list[tuple[float, float]]] = []
    scores: list[list[float]] = []
    while len(points) < most and is_free.any():
        root = int(is_free.argmax())
        is_free[root] = False
        y, x = maps.heatmaps.inside(*places[root].tolist())
        person, shares = _person(maps, int(kinds[root]), y, x)
        if sum(shares) >= score_threshold * KEYPOINTS:
            points.append(person)
            scores.append(shares)
            is_free &= ~_near(np.asarray(person, np.float32)[kinds], places, radius)
    return _without_doubles(
        np.asarray(points, np.float32).reshape(-1, KEYPOINTS, 2),
        np.asarray(scores, np.float32).reshape(-1, KEYPOINTS),
        score_threshold,
        radius,
    )


def _person(
    maps: PoseMaps, kind: int, y: float, x: float
) -> tuple[list[tuple[float, float]], list[float]]:
    """Return the keypoints that the vectors reach from one, and their scores."""
    points = [(0.0, 0.0)] * KEYPOINTS
    scores = [0.0] * KEYPOINTS
    known = [False] * KEYPOINTS
    queue = [(kind, y, x)]
    # The body is a tree: one way leads to each keypoint, so the order does not count.
    while queue:
        kind, y, x = queue.pop()
        known[kind] = True
        points[kind], scores[kind] = (y, x), _score(maps, y, x, kind)
        for target, is_backward, edge in _WAYS[kind]:
            if known[target]:
                continue
            vectors = maps.backward if is_backward else maps.forward
            start = edge + (maps.backward_start if is_backward else 0)
            dy, dx = vectors.pair(y, x, start, start + _COUNT)
            to_y, to_x = vectors.inside(y + dy, x + dx)
            for _ in range(_STEPS):
                dy, dx = maps.offsets.pair(to_y, to_x, target, KEYPOINTS + target)
                to_y, to_x = vectors.inside(to_y + dy, to_x + dx)
            queue.append((target, to_y, to_x))
    return points, scores


def _score(maps: PoseMaps, y: float, x: float, kind: int) -> float:
    """Return a keypoint's score at a place, 0..1."""
    value = maps.heatmaps.at(y, x, kind)
    if not maps.is_logit:
        return min(1.0, value) if value > 0 else 0.0
    value = min(-_NO_SCORE, max(_NO_SCORE, value))
    return 1.0 / (1.0 + math.exp(-value))


def _near(points: Reals, point: Reals, radius: float) -> npt.NDArray[np.bool_]:
    """Return which points lie within a radius of others."""
    return np.asarray(((points - point) ** 2).sum(axis=-1) <= radius**2)


def _without_doubles(
    points: Reals, scores: Reals, score_threshold: float, radius: float
) -> People:
    """Return people scored by the keypoints that no better person has."""
    order = np.argsort(-scores.mean(axis=1), kind="stable")
    points, scores = points[order], scores[order]
    totals = np.empty(len(order), np.float32)
    for i in range(len(order)):
        own = ~_near(points[:i], points[i], radius).any(axis=0)
        totals[i] = (scores[i] * own).sum() / KEYPOINTS
    order = np.argsort(-totals, kind="stable")
    order = order[totals[order] >= score_threshold]
    return People(points[order], scores[order], totals[order])
