"""How many classes an output has, and what they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from ...errors import ConversionError
from ...runtime.labels import BACKGROUND
from ..options import ConvertOptions

_NO_SETTINGS: Final[Mapping[str, Any]] = MappingProxyType({})


def class_count(
    task: str,
    shape: Sequence[int],
    settings: Mapping[str, Any] = _NO_SETTINGS,
    *,
    are_ids: bool = False,
) -> int:
    """Return how many classes an output has; 0 where its task has none.

    One score, or one channel, is that of class 1 of two.

    Args:
        task: The output's task.
        shape: The output's shape, batch axis included.
        settings: Options of the output's decoder.
        are_ids: Its values are class numbers, not scores.
    """
    if task == "classification":
        count = int(np.prod(shape[1:]))
        return 2 if count == 1 else count
    if task != "segmentation" or len(shape) != 4 or are_ids:
        return 0
    return shape[-1] + int(has_background(task, shape, settings, are_ids=are_ids))


def has_background(
    task: str,
    shape: Sequence[int],
    settings: Mapping[str, Any] = _NO_SETTINGS,
    *,
    are_ids: bool = False,
) -> bool:
    """Return whether class 0 of a mask is what none of its channels shows."""
    if task != "segmentation" or len(shape) != 4 or are_ids:
        return False
    return shape[-1] == 1 or bool(settings.get("independent"))


def class_labels(
    options: ConvertOptions,
    class_names: Sequence[str],
    classes: int,
    on_note: Callable[[str], None],
    *,
    background: bool = False,
) -> tuple[str, ...]:
    """Return one text per class, or nothing where classes are only numbers.

    Args:
        options: labels is used.
        class_names: Names of the class folders at hand.
        classes: Number of classes; 0 where the task has none.
        on_note: Called with a sentence about where labels come from.
        background: Class 0 is a background, whose label may be left out.

    Raises:
        ConversionError: There is another number of labels.
    """
    labels = options.labels
    if labels is not None:
        if background and len(labels) == classes - 1:
            if labels[0].casefold() in BACKGROUND:
                raise ConversionError(
                    f"The labels begin with '{labels[0]}' and have none for the "
                    f"{classes - 1} classes behind it. Pass --labels with one more "
                    "line, or without the background."
                )
            on_note("Class 0 is the background; the labels name the classes from 1 on.")
            return ("background", *labels)
        if classes and len(labels) != classes:
            less = f" (or {classes - 1}, without the background)" if background else ""
            raise ConversionError(
                f"There are {len(labels)} labels for {classes} classes in the model's "
                f"output. Pass --labels with one line per class{less}, in the order of "
                "training (check whether the first line must be 'background')."
            )
        return labels
    if classes and len(class_names) == classes and not background:
        on_note(f"Labels are the names of the {classes} class folders.")
        return tuple(class_names)
    if classes:
        on_note("Labels are numbers; pass --labels FILE to name them.")
    return ()
