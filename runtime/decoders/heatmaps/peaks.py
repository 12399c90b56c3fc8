"""The local maxima of heatmaps."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.intp]

# Beyond one value of so many it is faster to look at all neighbours of the map at once.
_FEW: Final = 16


def local_maxima(
    raw: npt.NDArray[Any], floor: float, most: int
) -> tuple[Places, Places, Places]:
    """Return rows, columns and channels of the maxima of their 3x3 neighbours.

    Only values that reach the floor are looked at, where they are few. Of neighbours
    with one value all are maxima, as with a max pooling.

    Args:
        raw: (rows, columns, channels), as the interpreter has it.
        floor: The smallest raw value that counts.
        most: Most maxima.

    Returns:
        Three arrays, the highest value first; equal ones row by row.
    """
    # Not np.nonzero: with three axes it takes twenty times as long.
    where = np.flatnonzero(raw >= floor)
    if len(where) > raw.size // _FEW:
        where = where[_is_maximum(raw).reshape(-1)[where]]
    else:
        where = where[_are_maxima(raw, where)]
    # As floats: the negative of an integer may not exist in its type.
    falling = -raw.reshape(-1)[where].astype(np.float32)
    order = np.argsort(falling, kind="stable")[:most]
    rows, columns, kinds = np.unravel_index(where[order], raw.shape)
    return rows, columns, kinds


def _are_maxima(raw: npt.NDArray[Any], where: Places) -> npt.NDArray[np.bool_]:
    """Return which of some values are at least their eight neighbours."""
    rows, columns, kinds = np.unravel_index(where, raw.shape)
    values = raw[rows, columns, kinds]
    is_peak = np.ones(len(values), np.bool_)
    for down in (-1, 0, 1):
        beside = np.clip(rows + down, 0, raw.shape[0] - 1)
        for along in (-1, 0, 1):
            at = np.clip(columns + along, 0, raw.shape[1] - 1)
            # NaN is no larger neighbour.
            is_peak &= ~(raw[beside, at, kinds] > values)
    return is_peak


def _is_maximum(raw: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Return where a value is at least its eight neighbours in the same channel."""
    best = raw
    for axis in (0, 1):
        values, best = np.moveaxis(best, axis, 0), best.copy()
        into = np.moveaxis(best, axis, 0)
        # fmax: NaN is no larger neighbour.
        np.fmax(into[1:], values[:-1], out=into[1:])
        np.fmax(into[:-1], values[1:], out=into[:-1])
    return np.asarray(raw >= best)
