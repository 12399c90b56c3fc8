"""What the values of the float model's outputs prove about their units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy.typing as npt


def pixel_units(
    output: npt.NDArray[Any], on_note: Callable[[str], None]
) -> dict[str, float]:
    """Return the values of black and white, from the float model's own pictures."""
    low, high = float(output.min()), float(output.max())
    if low >= -1.01 and high <= 1.01 and low < -0.01:
        return {"mean": 127.5, "std": 127.5}
    if low >= -0.01 and high <= 1.01:
        return {"mean": 0.0, "std": 255.0}
    if low >= -2 and 2 < high <= 257:
        return {"mean": 0.0, "std": 1.0}
    on_note(
        f"The values of the model's pictures are {low:.3g} to {high:.3g}, which is "
        "neither -1..1, 0..1 nor 0..255; -1..1 is assumed to be black to white."
    )
    return {"mean": 127.5, "std": 127.5}
