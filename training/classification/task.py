"""Train classifiers on folders of pictures, one folder per class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from ...card import InputCard
from ...errors import TrainingError
from ...runtime.frame import Image
from ..callbacks import TrainCallbacks
from ..data import (
    DataKind,
    PictureFiles,
    Pixels,
    check_place,
    chosen_augmentation,
    contact_sheet,
    digest_of,
    find_pictures,
    not_held,
    read_pictures,
    seeded,
    shown,
    split,
    split_parts,
)
from ..job import Job, TrainingStage
from ..networks import ARCHITECTURES, Base, build, input_of, open_base
from ..networks import stages as transfer_stages
from ..request import TrainRequest
from .job import BATCH, RATE, LabelledPixels, classification_card, classification_job

_ARCH: Final = "cnn"
_OWN: Final = ("cnn", "cnn-deep", "cnn-224", "cnn-separable")
_EPOCHS: Final = 30
_TRANSFER_EPOCHS: Final = 20
_LARGE_RATE: Final = 1e-3
_HEAD_RATE: Final = 1e-2
_PATIENCE: Final = 10
_AUGMENT: Final = "flip,crop=0.1"


@dataclass(frozen=True)
class ClassificationData:
    """Pictures with classes, read and split.

    Attributes:
        train: The files to learn from.
        pixels: uint8 (N, H, W, C) of them.
        held: The held-out files.
        held_pixels: uint8 (M, H, W, C) of them.
        card: How pictures are laid into the network's input.
        warnings: What was left out.
    """

    train: PictureFiles
    pixels: Pixels
    held: PictureFiles
    held_pixels: Pixels
    card: InputCard
    warnings: tuple[str, ...]


class ClassificationTask:
    """Train a classifier: the task ``classification``."""

    architectures: Mapping[str, str] = ARCHITECTURES

    def prepare(
        self, request: TrainRequest, data: DataKind, callbacks: TrainCallbacks
    ) -> Job:
        """Return the training; see :class:`~edgevision.training.tasks.Task`."""
        if request.options:
            names = ", ".join(sorted(request.options))
            raise ValueError(f"a classifier has no such choice: {names}.")
        if request.normalize is not None and request.weights in ("none", "imagenet"):
            raise ValueError(
                "normalize says what a file of --weights was trained on; without one "
                f"it has no meaning, got {request.normalize!r}."
            )
        base = None if request.weights == "none" else open_base(request, callbacks)
        sets = read_data(request, data, input_card(request, base), callbacks)
        labels = sets.train.labels
        shape = (sets.card.height, sets.card.width, sets.card.channels)
        facts = facts_of(sets)
        if base is None:
            arch = request.arch or _ARCH
            model = build(arch, shape, len(labels), width=request.width)
            rate = request.learning_rate or (RATE if arch in _OWN else _LARGE_RATE)
            stages: tuple[TrainingStage, ...] = (
                TrainingStage("all", request.epochs or _EPOCHS, rate),
            )
        else:
            arch = base.name
            model, body = base.make(len(labels), shape)
            stages = transfer_stages(
                body,
                request.epochs or _TRANSFER_EPOCHS,
                request.learning_rate or _HEAD_RATE,
            )
            facts["transfer"] = base.facts
        job = classification_job(
            model,
            LabelledPixels(sets.pixels, sets.train.class_ids),
            LabelledPixels(sets.held_pixels, sets.held.class_ids),
            card=classification_card(
                sets.card, labels, request.hierarchy or sets.train.hierarchy
            ),
            arch=arch,
            stages=stages,
            batch_size=request.batch_size or BATCH,
            seed=request.seed,
            augment=augmenter(request),
        )
        return replace(
            job,
            monitor="val_accuracy",
            patience=request.patience or _PATIENCE,
            class_weights=class_weights(request, sets.train),
            facts=facts,
            trained_on=lambda: sets.train.digests,
            warnings=sets.warnings,
        )

    def preview(
        self, request: TrainRequest, data: DataKind, callbacks: TrainCallbacks
    ) -> Image:
        """Return a contact sheet; see :class:`~edgevision.training.tasks.Task`."""
        base = None if request.weights == "none" else open_base(request, callbacks)
        sets = read_data(request, data, input_card(request, base), callbacks)
        order = np.random.default_rng(request.seed).permutation(len(sets.train))[:24]
        pictures: Any = sets.pixels[np.sort(order)].astype(np.float32)
        augment = augmenter(request)
        if augment is not None:
            pictures = augment(pictures, 0, 0)
        names = [
            sets.train.labels[int(sets.train.class_ids[i])] for i in np.sort(order)
        ]
        color = sets.card.color
        return contact_sheet(
            [shown(picture, color) for picture in np.asarray(pictures)], names
        )


def input_card(request: TrainRequest, base: Base | None) -> InputCard:
    """Return how pictures are laid into the network's input.

    Raises:
        ValueError: A colour or size is asked for that the network does not take.
    """
    if base is None:
        side, color = input_of(request.arch or _ARCH)
        if request.color == "gray" or color == "rgb":
            color = request.color or color
        width, height = request.input_size or (side, side)
    else:
        color = "gray" if base.channels == 1 else base.color
        if request.color == "gray" and color != "gray":
            raise ValueError(
                f"{base.name} takes three channels, so color cannot be gray."
            )
        size = request.input_size or base.input_size
        if size is None:
            raise ValueError(
                f"{base.name} takes pictures of any size. Pass input_size."
            )
        width, height = size
    return InputCard(width, height, color=color, resize=request.resize or "stretch")


def read_data(
    request: TrainRequest, data: DataKind, card: InputCard, callbacks: TrainCallbacks
) -> ClassificationData:
    """Find, read and split the pictures.

    Raises:
        TrainingError: Too little can be read.
    """
    warnings: list[str] = []
    callbacks.on_progress("reading pictures")
    root, own = split_parts(data.root)
    place = request.validation or own
    files = find_pictures(root, warnings.append, labels=request.labels)
    if place is None:
        files, pixels = read_pictures(files, card, warnings.append)
        train, held = split(files, request.validation_share, seed=request.seed)
        at = {digest: i for i, digest in enumerate(files.digests)}
        held_pixels = pixels[[at[digest] for digest in held.digests]]
        pixels = pixels[[at[digest] for digest in train.digests]]
    else:
        check_place(place)
        held = find_pictures(place, warnings.append, labels=files.labels)
        if not len(held):
            raise TrainingError(
                f"{place} holds no pictures in folders named {', '.join(files.labels)}."
            )
        fresh = not_held(files.digests, held.digests, place, warnings.append)
        train, pixels = read_pictures(files.subset(fresh), card, warnings.append)
        held, held_pixels = read_pictures(held, card, warnings.append)
    empty = [
        name for name, n in zip(train.labels, train.counts(), strict=True) if not n
    ]
    if empty:
        raise TrainingError(
            f"The class '{empty[0]}' has no picture to learn from. Add some to {root}."
        )
    if len(train.labels) < 2:
        raise TrainingError(
            f"{root} has one class only, '{train.labels[0]}'. A classifier needs at "
            "least two. Add a folder with other pictures."
        )
    warnings += _imbalance(train, request)
    callbacks.on_note(
        f"{len(train)} pictures of {len(train.labels)} classes to "
        f"learn from, {len(held)} held out"
    )
    return ClassificationData(train, pixels, held, held_pixels, card, tuple(warnings))


def _imbalance(files: PictureFiles, request: TrainRequest) -> list[str]:
    counts = files.counts()
    low, high = min(counts), max(counts)
    if high <= 3 * low or request.class_weights != "none":
        return []
    return [
        f"'{files.labels[counts.index(high)]}' has {high} pictures and "
        f"'{files.labels[counts.index(low)]}' {low}: the network will name the rare "
        "class too seldom. Pass --class-weights balanced, or add pictures."
    ]


def class_weights(
    request: TrainRequest, files: PictureFiles
) -> dict[int, float] | None:
    """Return weights that make every class count alike, when that is asked for."""
    if request.class_weights == "none":
        return None
    counts = files.counts()
    mean = len(files) / len(counts)
    return {i: mean / count for i, count in enumerate(counts)}


def augmenter(request: TrainRequest) -> Any:
    """Return the function that changes batches, or None."""
    amounts = chosen_augmentation(request.augment, _AUGMENT)
    return seeded(amounts, seed=request.seed) if amounts else None


def facts_of(sets: ClassificationData) -> dict[str, Any]:
    """Return what the report says of the data."""
    return {
        "train": len(sets.train),
        "held_out": len(sets.held),
        "classes": dict(zip(sets.train.labels, sets.train.counts(), strict=True)),
        "digest": digest_of(sets.train, sets.held),
    }
