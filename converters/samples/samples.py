"""The inputs of a conversion: what calibrates, what verifies, what is held apart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ...errors import CalibrationError
from ...runtime.image import set_digest
from ...runtime.model import latents_of
from ..build import recipe
from ..child import Request
from ..datasets import ImageSet, from_boxes, open_images, read_arrays
from ..datasets.annotations import BoxSet, find_layout, read_boxes
from ..keras import SourceModel
from ..options import ConvertOptions
from ..plan import InputPlan
from ..progress import Journal
from .calibration import (
    MAX_HELD_OUT,
    Calibration,
    damage,
    named_rows,
    normalized,
    pinned,
    read,
    readable,
    split,
    twice_scaled,
)
from .generator_samples import HELD_OUT, LATENT_SEED, drawn_latents

_PROBE: Final = 16

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Samples:
    """Hold the inputs of a conversion.

    Attributes:
        rows: Calibration inputs as the frozen function takes them, by input name.
        calibration: What the card says of the calibration set; empty without one.
        images: Verification pictures, where the model takes pictures.
        held_out: Verification inputs by name, where it takes something else.
        class_names: Names of the class folders at hand.
        source: What the verification inputs are called.
    """

    rows: Mapping[str, npt.NDArray[Any]]
    calibration: Mapping[str, Any]
    images: ImageSet | None
    held_out: Mapping[str, npt.NDArray[Any]]
    class_names: tuple[str, ...]
    source: str


def open_sets(
    request: Request, note: Callable[[str], None]
) -> dict[str, ImageSet | Path | None]:
    """Open folders and lists before the seconds that TensorFlow takes to start.

    Args:
        request: Files and options; a detector's folders may have true boxes.
        note: Told what was left out.
    """
    is_detector = request.options.task == "detection"
    sets: dict[str, ImageSet | Path | None] = {}
    for name, place in (
        ("calibration", request.calibration),
        ("verification", request.verification),
    ):
        arrays = place is not None and place.suffix.lower() in (".npy", ".npz")
        if place is None or arrays:
            sets[name] = place
        elif is_detector and place.exists() and find_layout(place) is not None:
            data = read_boxes(place, skip_bad=True)
            for text in data.notes:
                note(text)
            sets[name] = from_boxes(_part_for(name, data))
        else:
            images = open_images(place)
            for text in images.notes:
                note(text)
            sets[name] = images
    return sets


def _part_for(name: str, data: BoxSet) -> BoxSet:
    """Return what verifies, or calibrates, of a data set that has parts; else all."""
    held = next((p for p in ("val", "test") if len(data.part(p))), None)
    if held is None:
        return data
    if name == "verification":
        return data.part(held)
    learnt = [i for i, p in enumerate(data.pictures) if p.part not in ("val", "test")]
    return data.subset(learnt) if learnt else data


def gather(
    request: Request,
    sets: Mapping[str, ImageSet | Path | None],
    model: SourceModel,
    shapes: Shapes,
    plan: InputPlan | None,
    journal: Journal,
) -> Samples:
    """Read what calibrates, and choose what verifies.

    Args:
        request: Files and options.
        sets: What :func:`open_sets` returned.
        model: The model.
        shapes: Fixed shapes per input name.
        plan: How pictures are made; None for a model that takes none.
        journal: Told what is odd.

    Raises:
        CalibrationError: A set is missing, unusable, or overlaps with the other.
    """
    if plan is None:
        return _row_samples(request, model, shapes, journal)
    opened = {
        key: open_images(value) if isinstance(value, Path) else value
        for key, value in sets.items()
    }
    return _image_samples(
        request, opened["calibration"], opened["verification"], model, plan, journal
    )


def _image_samples(
    request: Request,
    pool: ImageSet | None,
    given: ImageSet | None,
    model: SourceModel,
    plan: InputPlan,
    journal: Journal,
) -> Samples:
    options = request.options
    chosen = recipe(options.recipe)
    if pool is None:
        if chosen.needs_calibration:
            raise CalibrationError(
                f"The recipe {chosen.name} chooses ranges from sample images. Pass "
                "--calibration FOLDER with some like those of the device."
            )
        shape = (plan.card.height, plan.card.width, plan.card.channels)
        rows = np.zeros((0, *shape), np.float32)
        names = given.class_names if given else ()
        return Samples({model.inputs[0].name: rows}, {}, given, {}, names, _name(given))
    _check_scale(pool, plan, options, given is not None, journal)
    if given is not None and twice_scaled(given):
        raise CalibrationError(f"{_scaled(given)} Save them as they came.")
    count = options.calibration_count if chosen.needs_calibration else _PROBE
    drawn, rest = split(pool, count=count, seed=options.seed, verify=given is None)
    calibration = read(pool.subset(drawn), plan.card)
    damaged = {drawn[i]: text for i, text in calibration.damaged.items()}
    held_out = given
    if held_out is None and rest:
        good, others = readable(pool.subset(rest))
        damaged |= {rest[i]: text for i, text in others.items()}
        held_out = pool.subset(rest[i] for i in good)
    lost = damage(pool, len(drawn) + len(rest), damaged)
    if lost is not None:
        journal.warn(lost)
    if not calibration.kept or (rest and not held_out):
        raise CalibrationError(
            f"Too few images of {pool.name} can be read: some must calibrate and "
            f"others verify. {next(iter(damaged.values()))} Add images."
        )
    for text in calibration.warnings if chosen.needs_calibration else ():
        journal.warn(text)
    if given is not None:
        used = pool.subset(drawn[i] for i in calibration.kept)
        _refuse_overlap(used, calibration, given)
    # Black and white would hide from the budget that the set is scaled twice.
    pixels = calibration.pixels
    if not twice_scaled(pool):
        pixels = pinned(pixels)
    rows = (
        pixels.astype(np.float32)
        if plan.fold
        else normalized(pixels, plan.card.mean, plan.card.std)
    )
    names = pool.class_names or (given.class_names if given else ())
    summary = calibration.to_dict() if chosen.needs_calibration else {}
    return Samples(
        {model.inputs[0].name: rows}, summary, held_out, {}, names, _name(held_out)
    )


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
    raise CalibrationError(f"{text} Save them as they came from the camera.")


def _scaled(images: ImageSet) -> str:
    return (
        f"No value in {images.name} is above 1: these look like pictures that were "
        "divided by 255 already, where pixels 0..255 were expected."
    )


def _refuse_overlap(drawn: ImageSet, calibration: Calibration, given: ImageSet) -> None:
    known = {digest: i for i, digest in enumerate(calibration.digests)}
    for i in range(len(given)):
        twin = known.get(given.digest(i))
        if twin is not None:
            raise CalibrationError(
                f"{given.label(i)} is the same picture as {drawn.label(twin)}, which "
                "calibration uses: verification would flatter the file. Keep the two "
                "sets apart, or leave --verify out to have a part held back."
            )


def _row_samples(
    request: Request,
    model: SourceModel,
    shapes: Shapes,
    journal: Journal,
) -> Samples:
    options = request.options
    chosen = recipe(options.recipe)
    dtypes = {item.name: item.dtype for item in model.inputs}
    inputs = ", ".join(
        f"{name} ({'x'.join(map(str, shape))})" for name, shape in shapes.items()
    )
    for place in (request.calibration, request.verification):
        if place is not None and place.suffix.lower() not in (".npy", ".npz"):
            raise CalibrationError(
                f"The model takes no single picture but {inputs}. Pass --calibration "
                "FILE.npz with one array per input, by name."
            )
    if request.calibration is None and request.verification is None:
        drawn = drawn_latents(model, shapes)
        if drawn is not None:
            return _latent_samples(*drawn, options, journal)
    if request.calibration is None:
        if chosen.needs_calibration:
            raise CalibrationError(
                f"The recipe {chosen.name} chooses ranges from samples, and the model "
                f"takes {inputs}. Pass --calibration FILE.npz with one array per input."
            )
        none = {
            name: np.zeros((0, *shape[1:]), dtypes[name])
            for name, shape in shapes.items()
        }
        return Samples(none, {}, None, {}, (), "")
    journal.note(
        f"The model takes no single picture but {inputs}: the arrays are fed as they "
        "are, without resizing or normalization."
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


def _latent_samples(
    name: str, shape: tuple[int, ...], options: ConvertOptions, journal: Journal
) -> Samples:
    """Return latents as the device will draw them, for a generator."""
    count = options.calibration_count
    rows = latents_of(
        count + HELD_OUT, int(np.prod(shape)), seed=LATENT_SEED + options.seed
    ).reshape(-1, *shape)
    journal.note(
        f"The model makes pictures of {shape[-1]} numbers: normal ones are drawn for "
        "it, as 'edgevision generate' draws them. Pass --calibration FILE.npz if it "
        "was trained on others."
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


def probe_inputs(
    model: SourceModel,
    shapes: Shapes,
    samples: Samples,
    plan: InputPlan | None,
) -> list[npt.NDArray[Any]]:
    """Return a few inputs of the float model: real ones, else noise over the range.

    Args:
        model: The model.
        shapes: Fixed shapes per input name.
        samples: What was gathered.
        plan: How pictures are made; None for a model that takes none.
    """
    generator = np.random.default_rng(0)
    probe = []
    for item in model.inputs:
        rows = samples.rows[item.name][:_PROBE]
        if not len(rows):
            shape = (_PROBE, *shapes[item.name][1:])
            rows = generator.uniform(0, 255 if plan else 1, shape)
            if plan is not None and not plan.fold:
                rows = normalized(rows, plan.card.mean, plan.card.std)
        if plan is not None and plan.fold:
            rows = normalized(rows, plan.card.mean, plan.card.std)
        probe.append(rows.astype(np.float32 if plan else item.dtype))
    return probe
