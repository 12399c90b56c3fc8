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
        Three arrays, the highest value first.
    """
    rows, columns, kinds = np.nonzero(raw >= floor)
    values = raw[rows, columns, kinds]
    is_peak = np.ones(len(values), np.bool_)
    for down in (-1, 0, 1):
        beside = np.clip(rows + down, 0, raw.shape[0] - 1)
        for along in (-1, 0, 1):
            at = np.clip(columns + along, 0, raw.shape[1] - 1)
            # NaN is no larger neighbour.
            is_peak &= ~(raw[beside, at, kinds] > values)
    order = np.flatnonzero(is_peak)
    # The negative of an integer may not exist in its type.
    order = order[np.argsort(values[order], kind="stable")[::-1]][:most]
    return rows[order], columns[order], kinds[order]
