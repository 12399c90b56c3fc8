"""Whether a model can find what is to be covered; asked before a run begins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ...errors import unknown_name
from .heads_of_people import has_faces
from .marked_things import ALL, FACE

if TYPE_CHECKING:
    from ..model import PictureModel

_PLACING: Final = ("detection", "landmarks", "pose", "segmentation")
_OF_LANDMARKS: Final = ("face", "hand", "iris", "left hand", "pose", "right hand")
_OF_POSES: Final = ("face", "person")
_MOST: Final = 20


def check_labels(model: PictureModel, labels: Iterable[str]) -> None:
    """Refuse labels that a model never reports: they would cover nothing.

    Args:
        model: The model that finds what is covered.
        labels: The labels.

    Raises:
        ValueError: The model does not say where things are, a second one leaves some of
            them out, or a label is unknown, or denied.
    """
    from ..model import TwoStage

    card, wanted = model.card, list(labels)
    if isinstance(model, TwoStage):
        raise ValueError(
            f"{card.name}: of two models in a row the second leaves out what it does "
            "not recognise, and it would not be covered. Pass a model of its own for "
            "redaction, such as the first one."
        )
    if card.task not in _PLACING:
        raise ValueError(
            f"{card.name} is a model for {card.task}, which does not say where "
            f"{', '.join(wanted)} is. Pass a detector for redaction, or zones."
        )
    known = _known(model)
    if known is None:
        unknown = [one for one in wanted if one != ALL and not one.isdecimal()]
        if unknown:
            raise ValueError(
                f"{card.name} has no labels, so nothing in it is called {unknown[0]!r}."
                " Name classes by number, say 'all', or pass labels."
            )
        return
    for label in wanted:
        if label != ALL and label not in known:
            sentence = unknown_name("label", label, [*known, ALL])
            if len(known) > _MOST:
                sentence = sentence.partition(" Known: ")[0]
            raise ValueError(
                f"{card.name} never reports what is to be covered. {sentence}"
            )


def most_things(model: PictureModel) -> int:
    """Return how many things a model reports in one picture at most; 0: no limit.

    A result of so many may leave out others.
    """
    if model.card.task != "detection":
        return 0
    return model.selection.max_detections


def _known(model: PictureModel) -> set[str] | None:
    """Return the labels that a model's results can have; None where it has no texts."""
    task = model.card.task
    if task == "pose":
        return set(_OF_POSES)
    if task == "landmarks":
        return set(_OF_LANDMARKS)
    if task == "segmentation":
        return set(model.labels) or None
    selection = model.selection
    labels = selection.reported_labels
    if labels is None:
        return None
    is_body = "person" in labels and has_faces(selection.keypoint_labels)
    return {*labels, *([FACE] if is_body else [])}
