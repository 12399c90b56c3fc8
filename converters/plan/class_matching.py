"""Classes of pictures and boxes, matched with the classes of a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ...runtime.labels import SEPARATOR, full_labels
from ..datasets import ImageSet
from .output_plan import OutputPlan

# A folder says nothing of what each pixel of its pictures must be.
_OF_PIXELS: Final = ("segmentation", "image", "generation")


def class_positions(
    images: ImageSet, plan: OutputPlan, on_note: Callable[[str], None]
) -> tuple[int, ...]:
    """Return each picture's class as a position in the model's output.

    Class folders are matched by name with the labels, and by order where no name fits.

    Args:
        images: Pictures, perhaps with classes.
        plan: Holds the labels and the number of classes.
        on_note: Called with a sentence when classes are known but cannot be used.

    Returns:
        One position per picture; empty when the true classes are not known.
    """
    if not images.classes or plan.decoder == "values" or plan.task in _OF_PIXELS:
        return ()
    if not plan.classes:
        return ()
    if plan.options.get("multi_label"):
        return ()  # several may be true: labels.csv says which
    if not images.class_names:
        top = max(images.classes)
        if top >= plan.classes or min(images.classes) < 0:
            on_note(
                f"{images.name} has class numbers up to {top}, the model "
                f"{plan.classes} classes; accuracy is not measured."
            )
            return ()
        return images.classes
    names = [name.casefold() for name in images.class_names]
    places = _places(names, plan)
    if not places and len(names) == plan.classes:
        places = list(range(len(names)))
        if plan.labels:
            on_note(
                f"The names of the class folders of {images.name} are not the labels; "
                "the folders are matched to classes in alphabetical order."
            )
    if not places:
        on_note(
            f"{images.name} has {len(names)} class folders, the model {plan.classes} "
            "classes; accuracy is not measured."
        )
        return ()
    return tuple(places[index] for index in images.classes)


def _places(names: Sequence[str], plan: OutputPlan) -> list[int]:
    """Return the class that each folder's name means; empty when one means none.

    Folders inside each other are named by their path (``animal > cat``); a model may
    know the whole path, the last part, or only the first.
    """
    paths = [name.split(SEPARATOR) for name in names]
    for labels, wanted in (
        (plan.labels, names),
        (full_labels(plan.labels, plan.hierarchy), names),
        (plan.labels, [path[-1] for path in paths]),
        (plan.labels, [path[0] for path in paths]),
    ):
        known = [label.casefold() for label in labels]
        if known and all(name in known for name in wanted):
            return [known.index(name) for name in wanted]
    return []


def box_classes(
    images: ImageSet, plan: OutputPlan, on_note: Callable[[str], None]
) -> tuple[int, ...]:
    """Return for each class of the true boxes its position in the model's output.

    Classes are matched by name with the labels, and by order where no name fits.

    Args:
        images: Pictures, perhaps with true boxes.
        plan: Holds the labels.
        on_note: Called with a sentence when boxes are known but cannot be used.

    Returns:
        One position per class; empty when the true boxes are not known.
    """
    if plan.task != "detection" or not images.boxed:
        return ()
    names = [name.casefold() for name in images.box_labels]
    labels = [label.casefold() for label in plan.labels]
    if labels and all(name in labels for name in names):
        return tuple(labels.index(name) for name in names)
    if not labels or len(names) == len(labels):
        if labels:
            on_note(
                f"The names of the classes of {images.name} are not the labels; they "
                "are matched to the model's classes in their order."
            )
        return tuple(range(len(names)))
    on_note(
        f"{images.name} has {len(names)} classes, the model {len(labels)} labels, and "
        "the names differ; average precision is not measured."
    )
    return ()
