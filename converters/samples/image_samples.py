"""Pictures that calibrate and verify, kept apart."""

from __future__ import annotations

import numpy as np

from ...errors import CalibrationError
from ..build import recipe
from ..child import Request
from ..datasets import ImageSet
from ..keras import (
    SourceModel,
    TrainedPictures,
    draw_values,
    read_trained_pictures,
)
from ..options import ConvertOptions
from ..plan import InputPlan
from ..progress import Journal
from .calibration import (
    Calibration,
    damage,
    read,
    readable,
    split,
)
from .pixel_values import normalized, pinned, twice_scaled
from .samples import PROBE, Samples, Shapes
from .training_overlap import split_by_training, trained_count


def image_samples(
    request: Request,
    pool: ImageSet | None,
    verification: ImageSet | None,
    model: SourceModel,
    shapes: Shapes,
    plan: InputPlan,
    journal: Journal,
) -> Samples:
    """Return pictures that calibrate and others that verify.

    Args:
        request: Files and options.
        pool: The calibration set; None means that there is none.
        verification: The verification set; None means that a part of the calibration
            set is held back.
        model: The model.
        shapes: Fixed shapes per input name.
        plan: How pictures reach it.
        journal: Notes and warnings go here.

    Raises:
        CalibrationError: A set is missing, unusable, or overlaps with the other.
    """
    options = request.options
    chosen = recipe(options.recipe)
    trained = read_trained_pictures(request.model)
    if pool is None:
        if chosen.needs_calibration:
            raise CalibrationError(
                f"The recipe {chosen.name} needs sample pictures to choose ranges "
                "from. Pass --calibration FOLDER with pictures like those of the "
                "device."
            )
        shape = (plan.card.height, plan.card.width, plan.card.channels)
        rows = np.zeros((0, *shape), np.float32)
        names = verification.class_names if verification else ()
        return Samples(
            {model.inputs[0].name: rows, **draw_values(model, shapes, 0, seed=0)},
            {},
            verification,
            {},
            names,
            _name(verification),
            _trained_on(verification, trained, journal),
        )
    _check_scale(pool, plan, options, verification is not None, journal)
    if verification is not None and twice_scaled(verification):
        raise CalibrationError(
            f"{_scaled(verification)} Save them as the camera made them."
        )
    count = options.calibration_count if chosen.needs_calibration else PROBE
    apart = None
    if verification is None:
        apart = split_by_training(pool, trained, count=count, seed=options.seed)
    drawn, rest = apart or split(
        pool, count=count, seed=options.seed, verify=verification is None
    )
    if apart is not None:
        journal.note(
            f"{len(rest)} pictures that the training held out verify the file; "
            f"{len(drawn)} that it learned from calibrate it."
        )
    calibration = read(pool.subset(drawn), plan.card)
    damaged = {drawn[i]: text for i, text in calibration.damaged.items()}
    held_out = verification
    if held_out is None and rest:
        good, others = readable(pool.subset(rest))
        damaged |= {rest[i]: text for i, text in others.items()}
        held_out = pool.subset(rest[i] for i in good)
    lost = damage(pool, len(drawn) + len(rest), damaged)
    if lost is not None:
        journal.warn(lost)
    if not calibration.kept or (rest and not held_out):
        raise CalibrationError(
            f"Too few images of {pool.name} can be read: calibration and verification "
            f"each need some. {next(iter(damaged.values()))} Add images."
        )
    for text in calibration.warnings if chosen.needs_calibration else ():
        journal.warn(text)
    if verification is not None:
        used = pool.subset(drawn[i] for i in calibration.kept)
        _refuse_overlap(used, calibration, verification)
    # Black and white would hide from the budget that the set is scaled twice.
    pixels = calibration.pixels
    if not twice_scaled(pool):
        pixels = pinned(pixels)
    rows = (
        pixels.astype(np.float32)
        if plan.fold
        else normalized(pixels, plan.card.mean, plan.card.std)
    )
    names = pool.class_names or (verification.class_names if verification else ())
    summary = calibration.to_dict() if chosen.needs_calibration else {}
    extras = draw_values(model, shapes, len(rows), seed=options.seed)
    return Samples(
        {model.inputs[0].name: rows, **extras},
        summary,
        held_out,
        {},
        names,
        _name(held_out),
        _trained_on(held_out, trained, journal),
    )


def _trained_on(
    images: ImageSet | None, trained: TrainedPictures, journal: Journal
) -> int | None:
    """Return how many verification pictures were trained on; warn if there are some."""
    count = None if images is None else trained_count(images, trained)
    if images is not None and count:
        journal.warn(
            f"{count} of the {len(images)} verification pictures are among those that "
            "the model was trained on, so the figures on them are too good. Pass "
            "--verify FOLDER with pictures that it has not seen."
        )
    return count


def _name(images: ImageSet | None) -> str:
    return "" if images is None else images.name


def _check_scale(
    pool: ImageSet,
    plan: InputPlan,
    options: ConvertOptions,
    verified: bool,
    journal: Journal,
) -> None:
    if not twice_scaled(pool):
        return
    text = _scaled(pool)
    raw = plan.card.mean == (0.0,) and plan.card.std == (1.0,) and plan.own is None
    if raw and verified and options.budget:
        # Without an own normalization 0..1 is conceivable; the budget decides.
        journal.warn(f"{text} The verification will tell.")
        return
    raise CalibrationError(f"{text} Save them as the camera made them.")


def _scaled(images: ImageSet) -> str:
    return (
        f"No value in {images.name} is above 1: these look like pictures that were "
        "divided by 255 already, where pixels 0..255 were expected."
    )


def _refuse_overlap(
    drawn: ImageSet, calibration: Calibration, verification: ImageSet
) -> None:
    known = {digest: i for i, digest in enumerate(calibration.digests)}
    for i in range(len(verification)):
        twin = known.get(verification.digest(i))
        if twin is not None:
            raise CalibrationError(
                f"{verification.label(i)} is the same picture as {drawn.label(twin)}, "
                "which calibration uses: the verification would be too good. Keep the "
                "two sets apart, or leave --verify out: a part is then held back."
            )
