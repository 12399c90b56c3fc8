"""People are those of PersonLab's decoding, written as loops over all points."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from edgevision.runtime.decoders.posenet import PoseNetDecoder, PoseNetOptions
from edgevision.runtime.geometry.letterbox import Letterbox
from edgevision.runtime.tensors.spec import TensorSpec
from support.people_maps import EDGES, KEYPOINTS

STRIDE, ROWS, COLUMNS = 16, 7, 9
SIZE = ((COLUMNS - 1) * STRIDE + 1, (ROWS - 1) * STRIDE + 1)
ENDS = [[KEYPOINTS.index(name) for name in edge] for edge in EDGES]


def at(grid: np.ndarray, y: float, x: float) -> np.ndarray:
    top, left = int(y), int(x)
    bottom, right = min(top + 1, ROWS - 1), min(left + 1, COLUMNS - 1)
    upper = (1 - x + left) * grid[top, left] + (x - left) * grid[top, right]
    lower = (1 - x + left) * grid[bottom, left] + (x - left) * grid[bottom, right]
    return (1 - y + top) * upper + (y - top) * lower


def inside(y: float, x: float) -> tuple[float, float]:
    return float(np.clip(y, 0, ROWS - 1)), float(np.clip(x, 0, COLUMNS - 1))


def person_of(maps: dict[str, np.ndarray], kind: int, y: float, x: float):
    """Follow the vectors, the surest keypoint first."""
    points, shares = {}, {}
    queue = [(-at(maps["heatmaps"], y, x)[kind], kind, y, x)]
    while queue:
        logit, kind, y, x = heapq.heappop(queue)
        if kind in points:
            continue
        points[kind], shares[kind] = (y, x), 1 / (1 + np.exp(logit))
        for edge, (parent, child) in enumerate(ENDS):
            for name, source, target in (
                ("forward", parent, child),
                ("backward", child, parent),
            ):
                if source != kind or target in points:
                    continue
                vector = at(maps[name], y, x) / STRIDE
                place = inside(y + vector[edge], x + vector[edge + 16])
                for _ in range(5):
                    move = at(maps["offsets"], *place) / STRIDE
                    place = inside(
                        place[0] + move[target], place[1] + move[target + 17]
                    )
                value = at(maps["heatmaps"], *place)[target]
                heapq.heappush(queue, (-value, target, *place))
    order = range(17)
    return np.array([points[k] for k in order]), np.array([shares[k] for k in order])


def by_hand(maps: dict[str, np.ndarray], least: float, radius: float):
    """Return scores and points (N, 17, 2), y and x in grid points."""
    heat, offsets = maps["heatmaps"], maps["offsets"] / STRIDE
    roots = []
    for y in range(ROWS):
        for x in range(COLUMNS):
            for k in range(17):
                near = heat[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2, k]
                if heat[y, x, k] >= 0 and heat[y, x, k] == near.max():
                    place = inside(y + offsets[y, x, k], x + offsets[y, x, k + 17])
                    roots.append((-heat[y, x, k], k, place))
    people: list[tuple[np.ndarray, np.ndarray]] = []
    for _, k, place in sorted(roots, key=lambda root: root[0]):
        if all(np.hypot(*(points[k] - place)) > radius for points, _ in people):
            person = person_of(maps, k, *place)
            if person[1].mean() >= least:
                people.append(person)
    people.sort(key=lambda person: -person[1].mean())
    result = []
    for i, (points, shares) in enumerate(people):
        own = np.ones(17, bool)
        for other, _ in people[:i]:
            own &= np.hypot(*(other - points).T) > radius
        if (shares * own).sum() / 17 >= least:
            result.append(((shares * own).sum() / 17, points))
    return sorted(result, key=lambda one: -one[0])


@pytest.mark.parametrize("seed", range(6))
def test_people_are_those_of_plain_loops(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Vectors that are not wild: each step would double what floats round away.
    maps = {
        "heatmaps": rng.normal(-2, 2, (ROWS, COLUMNS, 17)),
        "offsets": rng.normal(0, 2, (ROWS, COLUMNS, 34)),
        "forward": rng.normal(0, 12, (ROWS, COLUMNS, 32)),
        "backward": rng.normal(0, 12, (ROWS, COLUMNS, 32)),
    }
    single = {name: grid.astype(np.float32) for name, grid in maps.items()}
    names = ("heatmaps", "offsets", "fwd", "bwd")
    arrays = [grid[np.newaxis] for grid in single.values()]
    decoder = PoseNetDecoder(
        [
            TensorSpec(name, i, array.shape, array.dtype)
            for i, (name, array) in enumerate(zip(names, arrays, strict=True))
        ],
        model_size=SIZE,
        options=PoseNetOptions(
            score_threshold=0.15, nms_radius=20, max_detections=1000
        ),
    )
    poses = decoder.decode(arrays, Letterbox.fit(SIZE, SIZE))
    exact = {name: grid.astype(np.float64) for name, grid in single.items()}
    expected = by_hand(exact, 0.15, 20 / STRIDE)
    assert len(expected) > 1
    np.testing.assert_allclose(poses.scores, [s for s, _ in expected], rtol=1e-4)
    points = np.stack([points for _, points in expected])[:, :, ::-1] * STRIDE
    np.testing.assert_allclose(poses.keypoints, points, atol=0.01)
