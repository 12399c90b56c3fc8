"""Train segmenters on pictures with masks: the task ``segmentation``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...card import InputCard, ModelCard, OutputCard
from ...errors import TrainingError
from ...runtime.decoders import enlarged
from ...runtime.drawing import paint_classes, table
from ...runtime.frame import Image
from ...runtime.image import set_digest
from ...runtime.metrics import IGNORED, mean_iou
from ..callbacks import TrainCallbacks
from ..data import (
    DataKind,
    check_place,
    chosen_augmentation,
    contact_sheet,
    not_held,
    shown,
    split_parts,
)
from ..job import Job, TrainingStage
from ..keras_import import load_keras
from ..networks import build_unet
from ..request import TrainRequest
from .augmentation import mask_augmenter
from .masked_pictures import MaskedPictures, masked_batches, read_masked

SEGMENTERS: Final[dict[str, str]] = {
    "unet": "edgevision.training.networks.unet:build_unet",
}
_SIZE: Final = 128
_EPOCHS: Final = 30
_BATCH: Final = 16
_RATE: Final = 4e-3
_PATIENCE: Final = 15
_AUGMENT: Final = "flip,rotation=0.03,crop=0.1"


@dataclass(frozen=True)
class SegmentationData:
    """Pictures with masks, read and split.

    Attributes:
        train: The pictures to learn from.
        held: The held-out pictures.
        card: How pictures are laid into the network's input.
        warnings: What was left out.
    """

    train: MaskedPictures
    held: MaskedPictures
    card: InputCard
    warnings: tuple[str, ...]


class SegmentationTask:
    """Train a segmenter: the task ``segmentation``."""

    architectures: Mapping[str, str] = SEGMENTERS

    def prepare(
        self, request: TrainRequest, data: DataKind, callbacks: TrainCallbacks
    ) -> Job:
        """Return the training; see :class:`~edgevision.training.tasks.Task`."""
        if request.weights != "none":
            raise ValueError(
                "a segmenter is trained from scratch; weights "
                f"{request.weights!r} cannot be used."
            )
        if request.options or request.normalize is not None:
            names = ", ".join(sorted(request.options) or ["normalize"])
            raise ValueError(f"a segmenter has no such choice: {names}.")
        sets = read_data(request, data, callbacks)
        train, held, card = sets.train, sets.held, sets.card
        shape = (card.height, card.width, card.channels)
        model = build_unet(shape, len(train.labels), width=request.width)
        return Job(
            model=model,
            compile=partial(_compile, weights=_class_weights(train, request)),
            train=masked_batches(
                train,
                batch_size=request.batch_size or _BATCH,
                seed=request.seed,
                augment=_augmenter(request),
            ),
            stages=(
                TrainingStage(
                    "all", request.epochs or _EPOCHS, request.learning_rate or _RATE
                ),
            ),
            card=ModelCard(
                name="",
                task="segmentation",
                input=card,
                output=OutputCard(
                    "segmentation",
                    {},
                    train.labels,
                    dict(request.hierarchy) or train.hierarchy,
                ),
            ),
            arch="unet",
            measure=lambda net: miou_of(net, held),
            monitor="val_miou",
            patience=request.patience or _PATIENCE,
            metrics={"val_miou": "mean IoU", "val_pixels": "pixels right"},
            facts={
                "train": len(train),
                "held_out": len(held),
                "classes": len(train.labels),
                "digest": set_digest((*train.digests, *held.digests)),
            },
            trained_on=lambda: train.digests,
            warnings=sets.warnings,
        )

    def preview(
        self, request: TrainRequest, data: DataKind, callbacks: TrainCallbacks
    ) -> Image:
        """Return a contact sheet; see :class:`~edgevision.training.tasks.Task`."""
        train = read_data(request, data, callbacks).train
        order = np.random.default_rng(request.seed).permutation(len(train))[:24]
        chosen = train.subset(sorted(order.tolist()))
        pictures: Any = chosen.pixels.astype(np.float32)
        masks = chosen.masks
        augment = _augmenter(request)
        if augment is not None:
            pictures, masks = augment(pictures, masks, 0, 0)
        return contact_sheet(
            [
                paint_classes(shown(picture), mask, table(), skip=(0, IGNORED))
                for picture, mask in zip(pictures, masks, strict=True)
            ]
        )


def miou_of(model: Any, held: MaskedPictures) -> dict[str, float]:
    """Return a segmenter's mean IoU and pixel accuracy on held-out pictures."""
    answers: list[Any] = []
    for start in range(0, len(held), 32):
        batch = held.pixels[start : start + 32].astype(np.float32)
        for logits in np.asarray(model.predict_on_batch(batch)):
            # As the device's decoder does it.
            height, width = held.masks.shape[1:]
            larger = enlarged(logits, (width, height))
            answers.append(larger.argmax(axis=-1))
    score = mean_iou(answers, list(held.masks))
    return {"val_miou": score.mean_iou, "val_pixels": score.pixel_accuracy}


def read_data(
    request: TrainRequest, data: DataKind, callbacks: TrainCallbacks
) -> SegmentationData:
    """Read and split the pictures.

    Raises:
        TrainingError: Too little can be read.
    """
    warnings: list[str] = []
    width, height = request.input_size or (_SIZE, _SIZE)
    card = InputCard(
        width, height, color=request.color or "rgb", resize=request.resize or "stretch"
    )
    callbacks.on_progress("reading pictures")
    root, own = split_parts(data.root)
    place = request.validation or own
    train = read_masked(root, card, warnings.append, labels=request.labels)
    if place is None:
        train, held = train.split(request.validation_share, seed=request.seed)
    else:
        check_place(place)
        held = read_masked(place, card, warnings.append, labels=train.labels)
        fresh = not_held(train.digests, held.digests, place, warnings.append)
        if not fresh:
            raise TrainingError(f"All pictures of {root} are in {place} too.")
        train = train.subset(fresh)
    callbacks.on_note(
        f"{len(train)} pictures with masks of {len(train.labels)} classes to learn "
        f"from, {len(held)} held out"
    )
    return SegmentationData(train, held, card, tuple(warnings))


def _augmenter(request: TrainRequest) -> Any:
    amounts = chosen_augmentation(request.augment, _AUGMENT)
    return mask_augmenter(amounts, seed=request.seed)


def _class_weights(
    train: MaskedPictures, request: TrainRequest
) -> npt.NDArray[np.float32] | None:
    """Return a weight per class that makes rare ones count, when it is asked for."""
    if request.class_weights == "none":
        return None
    counts = np.bincount(train.masks.reshape(-1), minlength=256)[: len(train.labels)]
    shares = counts / max(1, counts.sum())
    # A class of a few pixels would drown all others.
    weights = np.minimum(10.0, 1 / (len(counts) * np.maximum(shares, 1e-9)))
    return np.asarray(np.where(counts > 0, weights, 0), np.float32)


def _compile(
    model: Any, optimizer: Any, *, weights: npt.NDArray[np.float32] | None
) -> None:
    """Compile with a loss that leaves out the pixels that nobody knows."""
    ops = load_keras().ops

    def known_pixels(truth: Any, logits: Any) -> Any:
        known = ops.not_equal(truth, IGNORED)
        classes = ops.cast(ops.where(known, truth, 0), "int32")
        logits = ops.image.resize(logits, ops.shape(truth)[1:3], "bilinear")
        loss = ops.sparse_categorical_crossentropy(classes, logits, from_logits=True)
        counted = ops.cast(known, loss.dtype)
        if weights is not None:
            counted *= ops.take(ops.convert_to_tensor(weights), classes)
        return ops.sum(loss * counted) / ops.maximum(ops.sum(counted), 1.0)

    model.compile(optimizer=optimizer, loss=known_pixels, jit_compile=False)
