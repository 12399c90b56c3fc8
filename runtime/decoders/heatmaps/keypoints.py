"""The keypoints of one person: the best place of each heatmap."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..tensor_values import Levels

Reals = npt.NDArray[np.float32]


def best_places(raw: npt.NDArray[Any], levels: Levels) -> tuple[Reals, Reals]:
    """Return the highest place of each heatmap, and its score.

    A place moves a quarter of a cell towards the higher of its two neighbours on each
    axis (Newell and others 2016, SimpleBaseline, HRNet); on the edge it stays.

    Args:
        raw: (rows, columns, keypoints), as the interpreter has it.
        levels: Its values.

    Returns:
        float32 (keypoints, 2) x and y in cells, and float32 (keypoints,) scores 0..1.
    """
    rows, columns, count = raw.shape
    if raw.dtype.kind == "f":
        raw = np.where(np.isfinite(raw), raw, -np.inf)
    kinds = np.arange(count)
    best = raw.reshape(-1, count).argmax(axis=0)
    y, x = np.divmod(best, columns)
    left, right = np.maximum(x - 1, 0), np.minimum(x + 1, columns - 1)
    above, below = np.maximum(y - 1, 0), np.minimum(y + 1, rows - 1)
    # Compared, not subtracted: integers overflow.
    along = _towards(raw[y, left, kinds], raw[y, right, kinds])
    down = _towards(raw[above, x, kinds], raw[below, x, kinds])
    along[(x == 0) | (x == columns - 1)] = 0
    down[(y == 0) | (y == rows - 1)] = 0
    places = np.stack([x + 0.25 * along, y + 0.25 * down], axis=1)
    scores = levels.real(raw[y, x, kinds])
    return places.astype(np.float32), np.clip(scores, 0.0, 1.0)


def _towards(before: npt.NDArray[Any], behind: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return -1, 0 or 1: on which side the higher neighbour is."""
    return (behind > before).astype(np.int8) - (behind < before).astype(np.int8)
