"""What the float model's outputs prove about their task and units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


def proved_task(
    outputs: Sequence[npt.NDArray[Any]], names: Sequence[str], *, is_image: bool
) -> str | None:
    """Return the task that the float model's outputs prove, or None.

    Args:
        outputs: Outputs on a few inputs, batch axis first.
        names: The labels at hand; as many as outputs prove a classifier.
        is_image: Whether the model takes one picture.
    """
    if not is_image:
        return "generation" if outputs and outputs[0].ndim == 4 else None
    if len(outputs) != 1:
        return None
    only = outputs[0]
    if only.ndim == 2 or (only.ndim == 4 and only.shape[1:3] == (1, 1)):
        flat = only.reshape(len(only), -1)
        if flat.shape[1] == len(names) or _is_softmax(flat):
            return "classification"
        if flat.shape[1] == 1 and _in_unit(flat):
            return "classification"
    if only.ndim == 4 and only.shape[-1] > 1 and _is_softmax(only):
        return "segmentation"
    return None


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


def activation_of(output: npt.NDArray[Any]) -> str:
    """Return the activation that turns the output into scores."""
    flat = output.reshape(len(output), -1)
    if _is_softmax(flat) or _in_unit(flat):
        return "none"
    return "sigmoid" if flat.shape[1] == 1 else "softmax"


def _is_softmax(values: npt.NDArray[Any]) -> bool:
    return (
        values.shape[-1] > 1
        and _in_unit(values)
        and bool(np.allclose(values.sum(axis=-1), 1, atol=1e-3))
    )


def _in_unit(values: npt.NDArray[Any]) -> bool:
    return bool(values.size) and bool(values.min() >= 0) and bool(values.max() <= 1)
