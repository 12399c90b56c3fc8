"""What is known to be right about the verification pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..datasets import ImageSet
from ..plan import (
    OutputPlan,
    box_classes,
    class_positions,
    true_labels,
    true_values,
)


@dataclass(frozen=True)
class GroundTruth:
    """The true classes or boxes of the verification pictures.

    Attributes:
        classes: Per picture its class, as a position in the model's output.
        box_classes: Per class of the true boxes its position in the model's output.
        values: float64 (N, C), per picture its true values, NaN where one is not known;
            None means that none are.
        labels: float64 (N, C), per picture 1 for each label that is true, NaN where it
            is not known; None means that none are.
        pictures: Whether true pictures of a model that answers with one are known.
    """

    classes: tuple[int, ...] = ()
    box_classes: tuple[int, ...] = ()
    values: npt.NDArray[np.float64] | None = None
    labels: npt.NDArray[np.float64] | None = None
    pictures: bool = False

    def __bool__(self) -> bool:
        """Return whether anything is known."""
        tables = (self.values, self.labels)
        known = any(table is not None for table in tables)
        return known or bool(self.classes or self.box_classes or self.pictures)


def true_of(
    images: ImageSet,
    plan: OutputPlan,
    outputs: Sequence[npt.NDArray[Any]],
    on_note: Callable[[str], None],
) -> GroundTruth:
    """Return what is known about pictures that fits a model's outputs.

    Args:
        images: The verification pictures.
        plan: What the outputs mean.
        outputs: The float model's outputs on a few inputs, batch axis first.
        on_note: Called with a sentence when something is known but cannot be used.

    Raises:
        CalibrationError: A table of what is true cannot be read.
    """
    count = sum(int(np.prod(output.shape[1:])) for output in outputs)
    return GroundTruth(
        class_positions(images, plan, on_note),
        box_classes(images, plan, on_note),
        true_values(images, plan, count, on_note),
        true_labels(images, plan, on_note),
        _has_true_pictures(images, plan, on_note),
    )


def _has_true_pictures(
    images: ImageSet, plan: OutputPlan, on_note: Callable[[str], None]
) -> bool:
    if not images.targets:
        return False
    is_map = plan.options.get("kind") == "map"
    if plan.task == "image" and not is_map:
        return True
    what = "a map of numbers" if is_map else f"a result for {plan.task}"
    on_note(f"True pictures are not used: the model gives {what}.")
    return False
