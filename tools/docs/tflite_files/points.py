"""Read points out of raw outputs: landmark nets, MoveNet, PoseNet."""

from __future__ import annotations

from typing import Any

import numpy as np
from network import Array, Outputs

JOINTS = 17


def landmarks(outputs: Outputs, items: list[dict[str, Any]]) -> str:
    """Return in words how far landmarks lie from the network's own numbers."""
    if not items:
        single = [v.reshape(-1)[0] for v in outputs.values if v.size == 1]
        chances = [v if 0 <= v <= 1 else 1 / (1 + np.exp(-v)) for v in single]
        if chances and min(chances) < 0.5:
            return "both find nothing in this picture"
        return "differs: nothing here, though the presence is above one half"
    theirs = np.array(items[0]["points"], np.float64)[:, :2]
    size = float(np.ptp(theirs, axis=0).max())
    best = np.inf
    numbers = 2 if max(v.size for v in outputs.values) == 2 * len(theirs) else 3
    for values in outputs.values:
        if values.size < 8 or values.size % numbers:
            continue
        points = values.reshape(-1, numbers)[:, :2]
        if numbers == 2:  # shares of the input
            points = points * (outputs.width, outputs.height)
        mine = outputs.place.back(points)
        count = min(len(mine), len(theirs))
        for start in {0, len(theirs) - count}:
            away = mine[:count] - theirs[start : start + count]
            best = min(best, float(np.median(np.hypot(*away.T))))
    close = best < 0.02 * size + 1
    words = f"{len(theirs)} points, median {best:.1f} px of {size:.0f}"
    return words if close else f"differs: {words}"


def poses(
    kind: str, outputs: Outputs, items: list[dict[str, Any]], shape: tuple[int, ...]
) -> str:
    """Return in words how far the best pose lies from the network's own numbers."""
    read = _movenet if kind == "MoveNet" else _posenet
    mine, scores = read(outputs)
    mine, sure = outputs.place.back(mine), scores > 0.5
    if not items:
        return "both find nobody" if sure.sum() < 6 else "differs: nobody here"
    best = max(items, key=lambda one: one.get("score", 0))
    points = best["keypoints"]
    rows = points.values() if isinstance(points, dict) else points
    theirs = np.array([_point(row) for row in rows], np.float64)
    away = np.hypot(*(mine - theirs).T)[sure]
    median = float(np.median(away)) if len(away) else 0.0
    close = len(away) and median < 0.02 * max(shape[:2])
    words = f"{int(sure.sum())} sure joints, median {median:.1f} px"
    return words if close else f"differs: {words}"


def _point(row: Any) -> tuple[float, float]:
    return (row["x"], row["y"]) if isinstance(row, dict) else tuple(row[:2])


def _movenet(outputs: Outputs) -> tuple[Array, Array]:
    people = outputs.values[0]
    if people.shape[-1] == 56:  # MultiPose: people, each with a score at the end
        best = people[0][people[0][:, 55].argmax()]
        people = best[: 3 * JOINTS]
    rows = people.reshape(JOINTS, 3)
    size = (outputs.width, outputs.height)
    return rows[:, 1::-1] * size, rows[:, 2]


def _posenet(outputs: Outputs) -> tuple[Array, Array]:
    """Return each joint at its best cell: the only person, where there is one."""
    by_channels = {v.shape[3]: v[0] for v in outputs.values if v.ndim == 4}
    heat, offsets = by_channels[JOINTS], by_channels[2 * JOINTS]
    if heat.min() < 0 or heat.max() > 1.5:
        heat = 1 / (1 + np.exp(-heat))
    rows, columns = heat.shape[:2]
    ys, xs = np.divmod(heat.reshape(-1, JOINTS).argmax(axis=0), columns)
    stride = round((outputs.height - 1) / (rows - 1) / 8) * 8
    joints = np.arange(JOINTS)
    points = np.stack(
        [
            xs * stride + offsets[ys, xs, joints + JOINTS],
            ys * stride + offsets[ys, xs, joints],
        ],
        axis=1,
    )
    return points, heat.reshape(-1, JOINTS).max(axis=0)
