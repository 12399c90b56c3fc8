"""Verification kept apart from what the model was trained on, where that is known."""

from __future__ import annotations

from ...errors import SourceError
from ..datasets import ImageSet
from ..keras import TrainedPictures
from .calibration import FEW, MAX_HELD_OUT


def split_by_training(
    images: ImageSet, trained: TrainedPictures, *, count: int, seed: int
) -> tuple[list[int], list[int]] | None:
    """Return positions for calibration, and others that the training held out.

    Args:
        images: All pictures at hand.
        trained: The pictures that the model was trained on.
        count: Wanted for calibration.
        seed: Random seed.

    Returns:
        None means that the training's pictures are not known, or that too few of these
        were, or were not, among them.
    """
    if not trained:
        return None
    learnt: list[int] = []
    others: list[int] = []
    for position in images.draw(len(images), seed=seed):
        (learnt if _is_in(images, position, trained) else others).append(position)
        if len(learnt) >= count and len(others) >= MAX_HELD_OUT:
            break
    if len(learnt) < min(count, FEW) or len(others) < FEW:
        return None
    return learnt[:count], others[:MAX_HELD_OUT]


def trained_count(images: ImageSet, trained: TrainedPictures) -> int | None:
    """Return how many pictures the model was trained on; None where it is not known."""
    if not trained:
        return None
    return sum(_is_in(images, i, trained) for i in range(len(images)))


def _is_in(images: ImageSet, position: int, trained: TrainedPictures) -> bool:
    try:
        return images.digest(position) in trained
    except SourceError:
        return False  # who reads it says why it cannot be read
