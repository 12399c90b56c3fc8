"""Plain arrays that calibrate and verify, for models that take no picture."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import CalibrationError
from ...runtime.image import set_digest
from ...runtime.model import latents_of
from ..build import recipe
from ..child import Request
from ..datasets import read_arrays
from ..keras import SourceModel, flat_size
from ..options import ConvertOptions
from ..progress import Journal
from .calibration import (
    MAX_HELD_OUT,
    named_rows,
)
from .generator_samples import HELD_OUT, LATENT_SEED, drawn_latents
from .samples import Samples, Shapes


def array_samples(
    request: Request,
    model: SourceModel,
    shapes: Shapes,
    journal: Journal,
) -> Samples:
    """Return arrays that calibrate and others that verify.

    Args:
        request: Files and options.
        model: A model that takes no single picture.
        shapes: Fixed shapes per input name.
        journal: Notes go here.

    Raises:
        CalibrationError: Arrays are missing or do not fit the inputs.
    """
    options = request.options
    chosen = recipe(options.recipe)
    dtypes = {item.name: item.dtype for item in model.inputs}
    inputs = ", ".join(
        f"{name} ({'x'.join(map(str, shape))})" for name, shape in shapes.items()
    )
    for place in (request.calibration, request.verification):
        if place is not None and place.suffix.lower() not in (".npy", ".npz"):
            raise CalibrationError(
                f"The model takes {inputs}, not one picture. {_cure(model)}"
            )
    if request.calibration is None and request.verification is None:
        drawn = drawn_latents(model, shapes)
        if drawn is not None:
            return _latent_samples(*drawn, options, journal)
    if request.calibration is None:
        if chosen.needs_calibration:
            raise CalibrationError(
                f"The recipe {chosen.name} needs samples to choose ranges from, and "
                f"the model takes {inputs}. Pass --calibration FILE.npz with one array "
                "per input."
            )
        none = {
            name: np.zeros((0, *shape[1:]), dtypes[name])
            for name, shape in shapes.items()
        }
        return Samples(none, {}, None, {}, (), "")
    journal.note(
        f"The model takes {inputs}, not one picture: the arrays are used as they are, "
        "without resizing or normalization."
    )
    rows = named_rows(
        read_arrays(request.calibration), shapes, dtypes, str(request.calibration)
    )
    total = len(next(iter(rows.values())))
    order = np.random.default_rng(options.seed).permutation(total)
    held_out: dict[str, npt.NDArray[Any]] = {}
    source = str(request.calibration)
    if request.verification is not None:
        source = str(request.verification)
        held_out = named_rows(read_arrays(request.verification), shapes, dtypes, source)
        taken = order[: options.calibration_count]
    else:
        most = max(1, total - -(-total // 5))
        taken = order[: min(options.calibration_count, most)]
        rest = order[len(taken) : len(taken) + MAX_HELD_OUT]
        if len(rest):
            held_out = {key: values[rest] for key, values in rows.items()}
    rows = {key: values[taken] for key, values in rows.items()}
    digests = [
        hashlib.sha256(
            b"".join(np.ascontiguousarray(v[i]).tobytes() for v in rows.values())
        ).hexdigest()
        for i in range(len(taken))
    ]
    summary = {"count": len(taken), "sha256": set_digest(digests)}
    return Samples(
        rows, summary if chosen.needs_calibration else {}, None, held_out, (), source
    )


def _cure(model: SourceModel) -> str:
    """Return what to pass for a model whose input is not one picture."""
    arrays = "--calibration FILE.npz with one array per input, by name"
    pictures = [item for item in model.inputs if len(item.shape) == 3]
    if len(model.inputs) > 1 and len(pictures) == 1:
        name = next(item.name for item in model.inputs if item is not pictures[0])
        return f"Pass --input {name}=VALUE to fix an input to a number, or {arrays}."
    size = flat_size(model.inputs[0].shape[0] if model.inputs[0].shape else None)
    if len(model.inputs) == 1 and len(model.inputs[0].shape) == 1 and size:
        return (
            f"If it is a picture with its rows one after the other, pass --input-size "
            f"{size[0]}x{size[1]}; else pass {arrays}."
        )
    return f"Pass {arrays}."


def _latent_samples(
    name: str, shape: tuple[int, ...], options: ConvertOptions, journal: Journal
) -> Samples:
    """Return latents as the device will draw them, for a generator."""
    count = options.calibration_count
    rows = latents_of(
        count + HELD_OUT, int(np.prod(shape)), seed=LATENT_SEED + options.seed
    ).reshape(-1, *shape)
    journal.note(
        f"The model makes pictures from {shape[-1]} random numbers: samples are drawn "
        "from a normal distribution, as 'edgevision generate' does. Pass --calibration "
        "FILE.npz if it was trained with other numbers."
    )
    digests = [hashlib.sha256(row.tobytes()).hexdigest() for row in rows[:count]]
    summary = {"count": count, "sha256": set_digest(digests)}
    needs = recipe(options.recipe).needs_calibration
    return Samples(
        {name: rows[:count]},
        summary if needs else {},
        None,
        {name: rows[count:]},
        (),
        f"{HELD_OUT} drawn latents",
    )
