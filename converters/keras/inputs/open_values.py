"""Numbers for the inputs that the caller of the file fills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from ....errors import ConversionError, shown
from ..source_model import SourceModel


def read_range(text: Any) -> tuple[float, float]:
    """Return the ends of ``"LOW..HIGH"``.

    Raises:
        ConversionError: The text is no range, or it is empty.
    """
    try:
        low, high = map(float, str(text).split(".."))
    except ValueError:
        low = high = 0.0
    if not (np.isfinite([low, high]).all() and low < high):
        raise ConversionError(
            f"{shown(text, 40)} is no range of numbers. Pass --input NAME=LOW..HIGH, "
            "like speed=0..30."
        )
    return low, high


def draw_values(
    model: SourceModel,
    shapes: Mapping[str, tuple[int, ...]],
    count: int,
    *,
    seed: int,
) -> dict[str, npt.NDArray[Any]]:
    """Return values for the inputs beside the picture, drawn evenly from their ranges.

    The first two rows are the ends, so that calibration sees the whole range.

    Args:
        model: The model.
        shapes: Fixed shapes per input name, batch axis included.
        count: Rows.
        seed: Random seed.

    Returns:
        By input name an array (count, ...) of the input's type.
    """
    generator = np.random.default_rng(seed)
    kinds = {item.name: item.dtype for item in model.inputs}
    rows: dict[str, npt.NDArray[Any]] = {}
    for name, (low, high) in model.ranges.items():
        values = generator.uniform(low, high, (count, *shapes[name][1:]))
        values[:1], values[1:2] = low, high
        rows[name] = values.astype(kinds[name])
    return rows


def middle_values(
    model: SourceModel, shapes: Mapping[str, tuple[int, ...]], count: int
) -> list[npt.NDArray[Any]]:
    """Return the middle of each range, (count, ...), in the order of the inputs."""
    kinds = {item.name: item.dtype for item in model.inputs}
    return [
        np.full((count, *shapes[name][1:]), (low + high) / 2).astype(kinds[name])
        for name, (low, high) in (
            (item.name, model.ranges[item.name])
            for item in model.inputs
            if item.name in model.ranges
        )
    ]
