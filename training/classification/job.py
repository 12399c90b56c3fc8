"""The training of a classifier on pictures in memory, ready for the trainer's loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ...card import InputCard, ModelCard, OutputCard
from ...runtime.results import ClassIds
from ..data import Pixels, Positions, ordered_batches, picture_batches
from ..job import Job, TrainingStage

BATCH: Final = 32
RATE: Final = 2e-3


@dataclass(frozen=True)
class LabelledPixels:
    """Pictures in memory with their classes.

    Attributes:
        pixels: uint8 (N, H, W, C), channels in the network's order.
        class_ids: int64 (N,).
    """

    pixels: Pixels
    class_ids: ClassIds


def classification_job(
    model: Any,
    train: LabelledPixels,
    held: LabelledPixels,
    *,
    card: ModelCard,
    arch: str,
    stages: Sequence[TrainingStage],
    batch_size: int = BATCH,
    seed: int = 0,
    augment: Callable[[Any, int, int], Any] | None = None,
) -> Job:
    """Return the training of a classifier, judged after every epoch.

    It keeps the weights of the last epoch. ``replace(job, monitor="val_accuracy")``
    keeps those of the best one.

    Args:
        model: Ends in a softmax.
        train: The pictures to learn from.
        held: The held-out pictures.
        card: Card of the saved network.
        arch: The network's name.
        stages: At least one.
        batch_size: Pictures per step.
        seed: Decides the order of the pictures.
        augment: See :func:`~edgevision.training.data.batches.picture_batches`.

    Raises:
        ValueError: There is nothing to judge by.
    """
    if not len(held.class_ids):
        raise ValueError("held needs at least one picture, got none.")
    return Job(
        model=model,
        compile=compile_classifier,
        train=picture_batches(
            train.pixels,
            train.class_ids,
            batch_size=batch_size,
            seed=seed,
            augment=augment,
        ),
        validation=_in_order(held),
        stages=tuple(stages),
        card=card,
        arch=arch,
        metrics={"val_accuracy": "accuracy"},
    )


def classification_card(
    card: InputCard,
    labels: tuple[str, ...],
    hierarchy: Mapping[str, str] | None = None,
) -> ModelCard:
    """Return the card of a classifier whose own layers normalize."""
    return ModelCard(
        name="",
        task="classification",
        input=card,
        output=OutputCard(
            "classifier", {"activation": "none"}, labels, dict(hierarchy or {})
        ),
    )


def compile_classifier(model: Any, optimizer: Any) -> None:
    """Compile a network that ends in a softmax.

    "auto" would compile with XLA where a GPU is seen, which makes depthwise layers
    several times slower.
    """
    model.compile(
        optimizer=optimizer,
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )


def _in_order(held: LabelledPixels) -> Any:
    """Return what ``evaluate`` takes."""

    def make_batch(positions: Positions, epoch: int, index: int) -> tuple[Any, Any]:
        pictures = held.pixels[positions].astype(np.float32)
        return pictures, held.class_ids[positions]

    return ordered_batches(len(held.pixels), make_batch, batch_size=64)
