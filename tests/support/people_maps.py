"""PoseNet's maps of people whose keypoints are known, by PersonLab's definition."""

from __future__ import annotations

import numpy as np

EDGES = (
    ("nose", "left eye"), ("left eye", "left ear"), ("nose", "right eye"),
    ("right eye", "right ear"), ("nose", "left shoulder"),
    ("left shoulder", "left elbow"), ("left elbow", "left wrist"),
    ("left shoulder", "left hip"), ("left hip", "left knee"),
    ("left knee", "left ankle"), ("nose", "right shoulder"),
    ("right shoulder", "right elbow"), ("right elbow", "right wrist"),
    ("right shoulder", "right hip"), ("right hip", "right knee"),
    ("right knee", "right ankle"),
)  # fmt: skip
KEYPOINTS = (
    "nose", "left eye", "right eye", "left ear", "right ear", "left shoulder",
    "right shoulder", "left elbow", "right elbow", "left wrist", "right wrist",
    "left hip", "right hip", "left knee", "right knee", "left ankle", "right ankle",
)  # fmt: skip
FAR = 2.5  # grid points around a keypoint in which its heatmap and vectors are defined


def standing(x: float, y: float, height: float) -> np.ndarray:
    """Return (17, 2) x and y of a person who stands there, in pixels."""
    shares = [
        (0, 0), (4, -3), (-4, -3), (8, -1), (-8, -1), (14, 18), (-14, 18), (20, 36),
        (-20, 36), (22, 52), (-22, 52), (9, 50), (-9, 50), (10, 74), (-10, 74),
        (11, 97), (-11, 97),
    ]  # fmt: skip
    return np.float32((x, y)) + np.float32(shares) * np.float32(height / 100)


def maps_of(
    people: list[np.ndarray],
    *,
    stride: int,
    rows: int,
    columns: int,
    best: tuple[float, ...] = (4.0, 3.0, 2.0),
) -> dict[str, np.ndarray]:
    """Return heatmaps (logits), offsets, forward and backward, float32.

    Args:
        people: (17, 2) each, x and y in pixels of the input.
        stride: Pixels between two grid points.
        rows: Of the grid.
        columns: Of the grid.
        best: The logit at the middle of each person's keypoints.
    """
    grid = np.stack(np.mgrid[:rows, :columns], axis=2).astype(np.float32)
    maps = {
        "heatmaps": np.full((rows, columns, 17), -8, np.float32),
        "offsets": np.zeros((rows, columns, 34), np.float32),
        "forward": np.zeros((rows, columns, 32), np.float32),
        "backward": np.zeros((rows, columns, 32), np.float32),
    }
    nearest = np.full((rows, columns, 17), FAR, np.float32)
    ends = [[KEYPOINTS.index(name) for name in edge] for edge in EDGES]
    for person, logit in zip(people, best, strict=False):
        for k in range(17):
            away = np.linalg.norm(grid - person[k, ::-1] / stride, axis=2)
            near = away < nearest[:, :, k]
            nearest[near, k] = away[near]
            maps["heatmaps"][near, k] = logit - away[near]
            here = grid[near] * stride

            def lead(name: str, channel: int, step: int, to: np.ndarray, *, near=near,
                     here=here) -> None:  # fmt: skip
                maps[name][near, channel] = to[1] - here[:, 0]
                maps[name][near, channel + step] = to[0] - here[:, 1]

            lead("offsets", k, 17, person[k])
            for edge, (parent, child) in enumerate(ends):
                if parent == k:
                    lead("forward", edge, 16, person[child])
                if child == k:
                    lead("backward", edge, 16, person[parent])
    return {name: values[np.newaxis] for name, values in maps.items()}
