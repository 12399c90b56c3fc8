"""What a loss or a metric says of the task: names of Keras and of people's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Final


class LossFamily(Enum):
    """What a loss compares: the answer with what kind of truth."""

    CATEGORICAL = "categorical"
    BINARY = "binary"
    CROSSENTROPY = "crossentropy"
    NUMBERS = "numbers"
    EMBEDDING = "embedding"
    OVERLAP = "overlap"
    DIVERGENCE = "divergence"
    HINGE = "hinge"
    TEXT = "text"
    DETECTION = "detection"


# Words in the names of losses, in order: the first that occurs counts. People name
# their own losses after what they compute: dice_coef_loss, bce_dice_loss, yolo_loss.
_WORDS: Final[tuple[tuple[LossFamily, tuple[str, ...]], ...]] = (
    (LossFamily.TEXT, ("ctc",)),
    (
        LossFamily.DETECTION,
        ("yolo", "multibox", "ssd", "retinanet", "giou", "ciou", "diou"),
    ),
    (
        LossFamily.OVERLAP,
        ("dice", "dsc", "jaccard", "iou", "miou", "tversky", "lovasz"),
    ),
    (
        LossFamily.EMBEDDING,
        (
            "triplet",
            "arcface",
            "arc_face",
            "cosface",
            "contrastive",
            "cosine",
            "center_loss",
            "npair",
            "n_pair",
            "lifted",
            "embedding",
        ),
    ),
    (LossFamily.HINGE, ("hinge",)),
    (LossFamily.BINARY, ("binary", "bce", "sigmoid")),
    (LossFamily.CATEGORICAL, ("categorical", "cce", "sparse", "softmax")),
    (LossFamily.CROSSENTROPY, ("crossentropy", "focal", "xent", "logloss", "log_loss")),
    (LossFamily.DIVERGENCE, ("kl_div", "kullback", "kld")),
    (
        LossFamily.NUMBERS,
        (
            "mean_squared",
            "mean_absolute",
            "squared",
            "absolute",
            "mse",
            "rmse",
            "rmsle",
            "mae",
            "mape",
            "msle",
            "huber",
            "logcosh",
            "smooth_l1",
            "l1",
            "l2",
            "psnr",
            "ssim",
            "perceptual",
            "charbonnier",
            "poisson",
            "berhu",
            "euclid",
            "pixel",
            "reconstruction",
            "r2",
            "quantile",
            "coeff_determination",
        ),
    ),
)
_OF_CLASSES: Final = ("accuracy", "auc", "precision", "recall", "f1", "acc")


def family_of(loss: str, metrics: Sequence[str] = ()) -> LossFamily | None:
    """Return the family of a loss; of one that its name does not show, by metrics.

    Args:
        loss: Keras' long spelling, or the name of somebody's own function.
        metrics: The output's metrics.

    Returns:
        None means that neither says anything.
    """
    own = _by_words(loss)
    if own or not loss:
        return own
    known = {_by_words(name) for name in metrics}
    if LossFamily.OVERLAP in known:
        return LossFamily.OVERLAP
    if LossFamily.NUMBERS in known and not counts_classes(metrics):
        return LossFamily.NUMBERS
    return None


def measures_overlap(metrics: Sequence[str]) -> bool:
    """Return whether a metric is one of masks: dice, IoU."""
    return any(_by_words(name) == LossFamily.OVERLAP for name in metrics)


def counts_classes(metrics: Sequence[str]) -> bool:
    """Return whether a metric counts right classes."""
    return any(word in name for name in metrics for word in _OF_CLASSES)


def counts_one_class(metrics: Sequence[str]) -> bool:
    """Return whether a metric takes one class per picture as the truth."""
    return any("categorical_accuracy" in name for name in metrics)


def _by_words(name: str) -> LossFamily | None:
    for family, words in _WORDS:
        if any(_contains(name, word) for word in words):
            return family
    return None


def _contains(name: str, word: str) -> bool:
    """Return whether a word occurs; a short one must stand by itself."""
    if len(word) > 4:
        return word in name
    return word in re.split(r"[^a-z0-9]+", name)
