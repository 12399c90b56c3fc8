"""The inputs of a conversion: what calibrates and what verifies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..datasets import ImageSet
from ..keras import SourceModel, draw_values
from ..plan import InputPlan
from .pixel_values import normalized

PROBE: Final = 16
Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Samples:
    """The inputs of a conversion.

    Attributes:
        rows: Calibration inputs as the frozen function takes them, by input name.
        calibration: What the card says of the calibration set; empty without one.
        images: Verification pictures, where the model takes pictures.
        held_out: Verification inputs by name, where it takes something else.
        class_names: Names of the class folders at hand.
        source: What the verification inputs are called.
        trained_on: How many of the verification pictures the model was trained on; None
            where its file does not say on which.
    """

    rows: Mapping[str, npt.NDArray[Any]]
    calibration: Mapping[str, Any]
    images: ImageSet | None
    held_out: Mapping[str, npt.NDArray[Any]]
    class_names: tuple[str, ...]
    source: str
    trained_on: int | None = None


def probe_inputs(
    model: SourceModel,
    shapes: Shapes,
    samples: Samples,
    plan: InputPlan | None,
) -> list[npt.NDArray[Any]]:
    """Return a few inputs of the float model: real ones, else noise over the range.

    Args:
        model: The model.
        shapes: Fixed shapes per input name.
        samples: What was gathered.
        plan: How pictures are made; None means that the model takes none.
    """
    generator = np.random.default_rng(0)
    probe = []
    for item in model.inputs[: len(model.inputs) - len(model.ranges)]:
        rows = samples.rows[item.name][:PROBE]
        if not len(rows):
            shape = (PROBE, *shapes[item.name][1:])
            rows = generator.uniform(0, 255 if plan else 1, shape)
            if plan is not None and not plan.fold:
                rows = normalized(rows, plan.card.mean, plan.card.std)
        if plan is not None and plan.fold:
            rows = normalized(rows, plan.card.mean, plan.card.std)
        probe.append(rows.astype(np.float32 if plan else item.dtype))
    if model.ranges:
        probe += draw_values(model, shapes, len(probe[0]), seed=0).values()
    return probe
