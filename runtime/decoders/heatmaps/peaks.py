"""The local maxima of heatmaps."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.intp]


def local_maxima(
    raw: npt.NDArray[Any], floor: float, most: int
) -> tuple[Places, Places, Places]:
    """Return rows, columns and channels of the maxima of their 3x3 neighbours.

    Only values that reach the floor are looked at, which are few. Of neighbours with
    one value all are maxima, as with a max pooling.

    Args:
        raw: (rows, columns, channels), as the interpreter has it.
        floor: The smallest raw value that counts.
        most: Most maxima.

    Returns:
        Three arrays, the highest value first; equal ones row by row.
    """
    # Not np.nonzero: with three axes it takes twenty times as long.
    where = np.flatnonzero(raw >= floor)
    rows, columns, kinds = np.unravel_index(where, raw.shape)
    values = raw[rows, columns, kinds]
    is_peak = np.ones(len(values), np.bool_)
    for down in (-1, 0, 1):
        beside = np.clip(rows + down, 0, raw.shape[0] - 1)
        for along in (-1, 0, 1):
            at = np.clip(columns + along, 0, raw.shape[1] - 1)
            # NaN is no larger neighbour.
            is_peak &= ~(raw[beside, at, kinds] > values)
    order = np.flatnonzero(is_peak)
    # As floats: the negative of an integer may not exist in its type.
    falling = -values[order].astype(np.float32)
    order = order[np.argsort(falling, kind="stable")][:most]
    return rows[order], columns[order], kinds[order]
