"""The training of a detector, ready for the trainer's loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from ...card import InputCard, ModelCard, OutputCard
from ...runtime.decoders.fcos import Cells
from ..job import Job, TrainingStage
from .augmentation import FLIPS, BoxAugmentation
from .evaluate import score
from .fit import LEARNING_RATE, adamw, boxed_batches, compile_detector
from .network import build_detector
from .pictures import DetectorPictures

# Twice the steps of 16 for the same pictures, and a better detector: mAP50 0.944, not
# 0.900, on shapes after eight epochs.
BATCH: Final = 8

# So many steps teach a detector; how many epochs that is depends on the pictures.
_STEPS: Final = 6000
_EPOCHS: Final = (10, 100)
_MEASURED: Final = 300


@dataclass(frozen=True)
class DetectionPlan:
    """The choices of the training of a detector.

    Attributes:
        card: How pictures are laid into the network's input.
        labels: One text per class.
        strides: Pixels per cell, one per level.
        width: Factor on all filters.
        epochs: Passes over the data; None means as many as it takes.
        batch_size: Pictures per step, at most as many as there are.
        learning_rate: The highest rate.
        patience: Epochs without a better one that end the training; None takes a third
            of all, at least 10.
        seed: Random seed of order and changes.
        augmentation: What is done to each picture.
        hierarchy: label -> parent label.
        score_threshold: Lowest score that the device reports, 0..1; None means the
            decoder's own.
    """

    card: InputCard
    labels: tuple[str, ...]
    strides: tuple[int, ...] = (8,)
    width: float = 1.0
    epochs: int | None = None
    batch_size: int | None = None
    learning_rate: float | None = None
    patience: int | None = None
    seed: int = 0
    augmentation: BoxAugmentation = FLIPS
    hierarchy: Mapping[str, str] = field(default_factory=dict)
    score_threshold: float | None = None

    @property
    def options(self) -> dict[str, Any]:
        """Return the options of the decoder."""
        options: dict[str, Any] = {"strides": list(self.strides)}
        if self.score_threshold is not None:
            options["score_threshold"] = self.score_threshold
        return options


def detection_job(
    train: DetectorPictures,
    held: DetectorPictures,
    plan: DetectionPlan,
    *,
    facts: Mapping[str, Any] | None = None,
    warnings: Sequence[str] = (),
) -> Job:
    """Return the training of a detector.

    Args:
        train: The pictures to learn from.
        held: The held-out pictures, on which the device's own decoder is measured after
            every epoch.
        plan: The choices.
        facts: Facts for the report.
        warnings: Sentences for the report.

    Raises:
        ValueError: The plan makes no network.
        MissingDependencyError: TensorFlow is not installed.
    """
    card, strides = plan.card, plan.strides
    model = build_detector(
        (card.height, card.width, card.channels),
        len(plan.labels),
        width=plan.width,
        strides=strides,
    )
    data = boxed_batches(
        train,
        Cells.of((card.width, card.height), strides),
        batch_size=plan.batch_size or BATCH,
        seed=plan.seed,
        augmentation=plan.augmentation,
    )
    epochs = plan.epochs or int(np.clip(-(-_STEPS // len(data)), *_EPOCHS))

    def measure(trained: Any) -> Mapping[str, float]:
        measured = score(trained, held, strides, count=_MEASURED)
        return {"val_map50": measured.map50, "val_map50_95": measured.map50_95}

    return Job(
        model=model,
        compile=compile_detector,
        optimizer=lambda: adamw(epochs * len(data)),
        train=data,
        stages=(TrainingStage("all", epochs, plan.learning_rate or LEARNING_RATE),),
        card=ModelCard(
            name="detector",
            task="detection",
            input=card,
            output=OutputCard("fcos", plan.options, plan.labels, dict(plan.hierarchy)),
        ),
        arch="fcos",
        measure=measure,
        monitor="val_map50_95",
        patience=plan.patience or max(10, epochs // 3),
        metrics={"val_map50": "mAP50", "val_map50_95": "mAP50-95"},
        facts=dict(facts or {}),
        warnings=tuple(warnings),
    )
