"""How many classes an output has, and what they are called."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ...errors import ConversionError
from ..options import ConvertOptions


def class_count(task: str, shape: Sequence[int]) -> int:
    """Return how many classes an output has; 0 where its task has none.

    Args:
        task: The output's task.
        shape: The output's shape, batch axis included.
    """
    if task == "classification":
        count = int(np.prod(shape[1:]))
        return 2 if count == 1 else count
    if task == "segmentation" and len(shape) == 4:
        return shape[-1]
    return 0


def class_labels(
    options: ConvertOptions,
    class_names: Sequence[str],
    classes: int,
    on_note: Callable[[str], None],
) -> tuple[str, ...]:
    """Return one text per class, or nothing where classes are only numbers.

    Args:
        options: labels is used.
        class_names: Names of the class folders at hand.
        classes: Number of classes; 0 where the task has none.
        on_note: Called with a sentence about where labels come from.

    Raises:
        ConversionError: There is another number of labels.
    """
    if options.labels is not None:
        if classes and len(options.labels) != classes:
            raise ConversionError(
                f"There are {len(options.labels)} labels for {classes} classes in the "
                "model's output. Pass --labels with one line per class, in the order "
                "of training (check whether the first line must be 'background')."
            )
        return options.labels
    if classes and len(class_names) == classes:
        on_note(f"Labels are the names of the {classes} class folders.")
        return tuple(class_names)
    if classes:
        on_note("Labels are numbers; pass --labels FILE to name them.")
    return ()
