"""Train detectors on pictures with boxes: the task ``detection``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from ...card import InputCard
from ...converters.datasets.annotations import BoxSet, read_boxes, split_boxes
from ...errors import CalibrationError, TrainingError, unknown_name
from ...runtime.frame import Image
from ...runtime.image import file_digest
from ..callbacks import TrainCallbacks
from ..data import DataKind, contact_sheet
from ..job import Job
from ..request import TrainRequest
from .augmentation import augmented
from .augmentation_names import parse_box_augmentation
from .job import DetectionPlan, detection_job
from .network import check_strides
from .preview import with_boxes
from .reading import PicturesOnDisk, apart, choose_strides, digest_of

DETECTORS: Final[dict[str, str]] = {
    "fcos": "edgevision.training.detection.network:build_detector",
}

OPTIONS: Final = ("strides", "skip-bad")
_SIZE: Final = (192, 192)
_RESIZE: Final = "letterbox"


@dataclass(frozen=True)
class DetectionData:
    """Pictures with boxes, read and split.

    Attributes:
        train: The pictures to learn from.
        held: The held-out pictures.
        labels: One text per class.
        card: The network's input, and how pictures are laid into it.
        strides: The levels that the objects' sizes ask for, or that were asked for.
        facts: Facts about the data for the report.
        warnings: What was left out.
    """

    train: PicturesOnDisk
    held: PicturesOnDisk
    labels: tuple[str, ...]
    card: InputCard
    strides: tuple[int, ...]
    facts: Mapping[str, Any]
    warnings: tuple[str, ...]


class DetectionTask:
    """Train a detector; see :class:`~edgevision.training.tasks.Task`."""

    architectures: Mapping[str, str] = DETECTORS

    def prepare(
        self, request: TrainRequest, data: DataKind, callbacks: TrainCallbacks
    ) -> Job:
        """Return the training."""
        if request.weights != "none":
            raise TrainingError(
                "A detector is trained from scratch; --weights "
                f"{request.weights} cannot be used. Leave it out."
            )
        sets = read_data(request, data, callbacks)
        job = detection_job(
            sets.train,
            sets.held,
            DetectionPlan(
                card=sets.card,
                labels=sets.labels,
                strides=sets.strides,
                width=request.width,
                epochs=request.epochs,
                batch_size=request.batch_size,
                learning_rate=request.learning_rate,
                patience=request.patience,
                seed=request.seed,
                augmentation=parse_box_augmentation(request.augment),
                hierarchy=request.hierarchy,
            ),
            facts=sets.facts,
            warnings=sets.warnings,
        )
        learnt = sets.train.data.pictures
        return replace(
            job, trained_on=lambda: [file_digest(item.path) for item in learnt]
        )

    def preview(
        self, request: TrainRequest, data: DataKind, callbacks: TrainCallbacks
    ) -> Image:
        """Return a contact sheet of augmented pictures with their boxes."""
        sets = read_data(request, data, callbacks)
        how = parse_box_augmentation(request.augment)
        rng = np.random.default_rng(request.seed)
        order = rng.permutation(len(sets.train))[:24].tolist()
        shown = [augmented(sets.train, i, rng, how) for i in order]
        return contact_sheet(
            [with_boxes(sample, sets.labels, color=sets.card.color) for sample in shown]
        )


def read_data(
    request: TrainRequest, data: DataKind, callbacks: TrainCallbacks
) -> DetectionData:
    """Find, read and split the pictures.

    Raises:
        TrainingError: The data cannot be used.
        ValueError: A choice is unknown or out of range.
    """
    for name in request.options:
        if name not in OPTIONS:
            raise ValueError(unknown_name("option for detectors", name, OPTIONS))
    skip_bad = bool(request.options.get("skip-bad", False))
    callbacks.on_progress("reading boxes")
    try:
        whole = read_boxes(
            data.root, layout=data.layout, labels=request.labels, skip_bad=skip_bad
        )
        if request.validation is not None:
            learnt, held = (
                whole,
                read_boxes(request.validation, labels=whole.labels, skip_bad=skip_bad),
            )
        else:
            learnt, held = split_boxes(
                whole, share=request.validation_share, seed=request.seed
            )
    except CalibrationError as error:
        raise TrainingError(str(error)) from error
    learnt, twice = apart(learnt, held)
    _refuse_without_boxes(learnt, held)
    width, height = request.input_size or _SIZE
    card = InputCard(
        width, height, color=request.color or "rgb", resize=request.resize or _RESIZE
    )
    strides = _given_strides(request)
    if strides is not None:
        check_strides(strides, (height, width, card.channels))
    train, others = PicturesOnDisk(learnt, card), PicturesOnDisk(held, card)
    damaged = [
        pictures.leave_out_damaged(
            lambda done, total: callbacks.on_progress(
                f"reading picture {done} of {total}"
            )
        )
        for pictures in (train, others)
    ]
    learnt, held = train.data, others.data
    _refuse_without_boxes(learnt, held)
    sides = train.sides()
    if strides is None:
        strides = choose_strides(sides, (width, height))
    warnings = [
        *dict.fromkeys([*whole.notes, *held.notes]),
        *filter(None, damaged),
        *_warnings(learnt, held, sides),
    ]
    if twice:
        warnings.append(
            f"{twice} pictures are held out too, perhaps under another name, and are "
            "left out of the training."
        )
    callbacks.on_note(
        f"{len(learnt)} pictures with {learnt.box_count} boxes of "
        f"{len(whole.labels)} classes to learn from, {len(held)} held out; "
        f"stride{'s' * (len(strides) > 1)} {', '.join(map(str, strides))} for "
        f"objects of {np.percentile(sides, 5):.0f} to "
        f"{np.percentile(sides, 95):.0f} pixels"
    )
    facts = {
        "pictures": len(learnt),
        "boxes": learnt.box_count,
        "held_out": len(held),
        "strides": list(strides),
        "digest": digest_of((*learnt.pictures, *held.pictures)),
    }
    return DetectionData(
        train, others, whole.labels, card, strides, facts, tuple(warnings)
    )


def _refuse_without_boxes(learnt: BoxSet, held: BoxSet) -> None:
    for part, what in ((learnt, "to learn from"), (held, "held out")):
        if not part.box_count:
            raise TrainingError(
                f"None of the {len(part)} pictures {what} in {part.name} has a box. "
                "Label some, or split the data otherwise."
            )


def _given_strides(request: TrainRequest) -> tuple[int, ...] | None:
    strides = request.options.get("strides")
    if strides is None:
        return None
    values = [strides] if isinstance(strides, int) else strides
    if not isinstance(values, (list, tuple)) or not all(
        isinstance(value, int) for value in values
    ):
        raise ValueError(f"strides must be a list such as [8, 16], got {strides!r}.")
    return tuple(values)


def _warnings(learnt: BoxSet, held: BoxSet, sides: np.ndarray) -> list[str]:
    """Return what about the boxes will show in the result."""
    warnings = []
    counts = np.zeros(len(learnt.labels), int)
    for picture in learnt.pictures:
        counts += np.bincount(picture.class_ids, minlength=len(counts))
    absent = [name for name, n in zip(learnt.labels, counts, strict=True) if not n]
    if absent:
        shown = ", ".join(absent[:5]) + (", ..." if len(absent) > 5 else "")
        warnings.append(f"{len(absent)} classes have no box to learn from: {shown}.")
    tiny = float(np.mean(sides < 8)) if len(sides) else 0.0
    if tiny > 0.1:
        warnings.append(
            f"{tiny:.0%} of the boxes are smaller than 8 pixels at this input size "
            "and will hardly be found. Pass a larger --input-size, or cut the "
            "pictures up (edgevision run has --tiles)."
        )
    if len(held) < 20:
        warnings.append(f"{len(held)} held-out pictures: their mAP is a rough figure.")
    return warnings
