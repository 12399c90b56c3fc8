"""The third stage: the file compared with the float model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from ...runtime.opening import computed_tensor
from ...runtime.tflite import ModelFile
from ..keras import draw_values
from ..progress import Journal
from ..verify import (
    BoxAccuracy,
    PictureAccuracy,
    Tally,
    Verification,
    compare_pictures,
    compare_rows,
    open_kernels,
    scorer_for,
    tally_for,
)
from .built import Built


@dataclass(frozen=True)
class Verified:
    """A converted file with the result of its verification.

    Attributes:
        built: The file.
        verification: The comparison with the float model; None where there was nothing
            to compare on, or no interpreter that runs the file.
    """

    built: Built
    verification: Verification | None


def verify_file(built: Built, journal: Journal) -> Verified:
    """Compare a converted file with the float model.

    Args:
        built: The file.
        journal: Steps and warnings go here.
    """
    if built.is_foreign:
        return Verified(built, None)
    samples = built.prepared.samples
    if samples.images is None and not samples.held_out:
        journal.warn(
            "No pictures were left for the verification; pass --verify FOLDER."
        )
        return Verified(built, None)
    journal.step("verify")
    with open_kernels(built.prepared.request.result, "xnnpack") as default:
        if default.delegate == "none":
            journal.warn(
                "XNNPACK cannot prepare this file, so the built-in kernels run it, "
                "here and on a device; they are often slower."
            )
    return Verified(built, _compared(built, journal))


def _compared(built: Built, journal: Journal) -> Verification:
    prepared = built.prepared
    float_shapes, size = prepared.frozen.output_shapes, prepared.input_size
    tally = tally_for(
        built.outputs,
        float_shapes,
        built.file.outputs,
        size,
        scales=_output_steps(built.file),
        classes=prepared.truth.classes,
        values=prepared.truth.values,
        labels=prepared.truth.labels,
    )
    verification = _run_both(built, tally, journal)
    for text in tally.warnings():
        journal.warn(text)
    return verification


def _output_steps(file: ModelFile) -> list[float]:
    """Return the step of each output, also of one that ends in a float.

    ``--io float32`` only turns the same steps into floats.
    """
    steps = []
    for output in file.output_tensors:
        tensor = file.graph().tensor(computed_tensor(file, output.index))
        steps.append(tensor.scales[0] if len(tensor.scales) == 1 else 0.0)
    return steps


def _run_both(built: Built, tally: Tally, journal: Journal) -> Verification:
    prepared, samples = built.prepared, built.prepared.samples
    if prepared.input is None or samples.images is None:
        return compare_rows(
            prepared.request.result,
            samples.held_out,
            prepared.predict,
            tally,
            journal.advance,
            samples.source,
        )
    boxes: BoxAccuracy | PictureAccuracy | None = None
    if prepared.truth.pictures:
        boxes = PictureAccuracy(
            samples.images,
            scorer_for(
                built.outputs,
                prepared.frozen.output_shapes,
                built.file.outputs,
                prepared.input_size,
            ),
            color=prepared.input.card.color,
        )
    elif prepared.truth.box_classes:
        boxes = BoxAccuracy(
            built.outputs,
            prepared.frozen.output_shapes,
            built.file.outputs,
            prepared.input_size,
        )
        boxes.expect(samples.images, prepared.truth.box_classes)
    return compare_pictures(
        prepared.request.result,
        samples.images,
        prepared.input.card,
        prepared.input.file_card,
        prepared.predict,
        tally,
        journal.advance,
        boxes=boxes,
        extras=_beside(built, len(samples.images)),
    )


def _beside(built: Built, count: int) -> list[npt.NDArray[Any]]:
    """Return other values than those of the calibration for the inputs with ranges."""
    model = built.prepared.model
    seed = built.prepared.options.seed + 1
    rows = built.prepared.samples.rows
    shapes = {name: (1, *rows[name].shape[1:]) for name in model.ranges}
    return list(draw_values(model, shapes, count, seed=seed).values())
