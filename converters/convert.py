"""Convert a trained Keras model to a checked ``.tflite``: :func:`convert`.

This process never imports TensorFlow: it writes the request down, starts a child that
carries it out, and puts the finished file in place. Start reading the work itself at
``conversion.py``.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import (
    CalibrationError,
    ConversionError,
    MissingDependencyError,
    VerificationError,
    unknown_name,
)
from ..files import part_folder, publish_file, refuse_existing
from ..runtime.decoders import (
    check_for_card,
    check_options,
    decoder_options,
    only_decoder,
)
from ..runtime.image import parse_normalize
from ..runtime.labels import read_labels
from ..runtime.opening import remember
from .build import recipe
from .child import Request, model_to_file, run_child, samples_to_file
from .keras import InnerModel, inner_model, kind_of, load_as_chosen, refuse_address
from .keras.lambda_layers import stand_ins
from .options import ConvertOptions
from .progress import OnProgress, ignore
from .samples import may_take_latents
from .write import ConversionReport, check_report_name


def convert(
    model: Any,
    output: str | os.PathLike[str] | None = None,
    *,
    calibration: Any = None,
    verify: Any = None,
    labels: str | os.PathLike[str] | Sequence[str] | None = None,
    report: str | os.PathLike[str] | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    force: bool = False,
    verbose: bool = False,
    on_progress: OnProgress = ignore,
    **options: Any,
) -> ConversionReport:
    """Convert a trained Keras model to one checked ``.tflite`` file.

    The work is done in a child process, so that a crash of TensorFlow's converter or a
    peak of many gigabytes is an error here and not the end of the caller.

    Args:
        model: The path of a ``.keras`` or ``.h5`` file, of a SavedModel folder, or of a
            folder or ZIP archive that holds exactly one of these; or a
            Keras model.
        output: The ``.tflite`` to write; by default beside the model's file.
        calibration: Sample inputs that choose ranges: a folder (of class folders, or
            flat), an ``.npy`` or ``.npz`` file, a text file with paths, an array
            (N, H, W, C) of pixels 0..255 in the model's channel order, a list of paths,
            or a callable that yields pictures. For a model without a picture as its
            only input, arrays by input name. Not needed for a model that makes pictures
            of one vector: latents are drawn as ``edgevision generate`` draws them.
        verify: The same, disjoint from ``calibration``; ``(images, labels)`` gives true
            classes. By default a part of the calibration set is held back.
        labels: One text per class, or the path of a label file.
        report: Write a ``.json`` or ``.html`` report too, also when a budget is missed.
        custom_objects: Classes and functions of your own that the model's file names,
            as Keras' ``load_model`` takes them. The model is then loaded in this
            process; ``custom=["layers.py"]`` loads it in the child process.
        force: Replace existing outputs.
        verbose: Pass on what Keras and TensorFlow print.
        on_progress: Called with a ``ProgressEvent`` (``converters/progress.py``)
            for each step, its progress, each note and each warning.
        options: Fields of :class:`~edgevision.converters.options.ConvertOptions`:
            recipe, io, target, normalize, stacked, color, resize, crop_fraction,
            input_size, task, decoder, calibration_count, seed, min_agreement, max_drop,
            min_accuracy, allow_unsafe, lambdas, custom, allow_flat, allow_flex,
            keep_float, keep_rejected, name.

    Returns:
        What was made and measured.

    Raises:
        ConversionError: The model cannot be loaded or converted, or breaks its promise.
        MissingDependencyError: TensorFlow is not installed.
        CalibrationError: The sample inputs cannot be used.
        VerificationError: A budget was missed, or the float model itself is no better
            than chance; nothing is left behind.
        OutputExistsError: An output exists and ``force`` is not given.
        ValueError: An option has a value that it cannot have.
    """
    choices = _options(labels, options)
    if isinstance(model, (str, os.PathLike)):
        refuse_address(Path(model))
        # What is wrong about a file that is there comes before other mistakes.
        if Path(model).exists():
            kind_of(Path(model))
    target = _target(model, output)
    float_target = target.with_name(f"{target.stem}.float{target.suffix}")
    rejected = target.with_name(f"{target.stem}.rejected{target.suffix}")
    refuse_existing(target, force=force)
    if choices.keep_rejected:
        refuse_existing(rejected, force=force)
    if choices.keep_float:
        refuse_existing(float_target, force=force)
    page = None if report is None else Path(report)
    if page is not None:
        check_report_name(page)
        refuse_existing(page, force=force)
    needs = recipe(choices.recipe).needs_calibration
    if calibration is None and needs and not may_take_latents(model):
        raise CalibrationError(
            f"The recipe {choices.recipe} needs sample inputs to choose ranges from. "
            "Pass --calibration with inputs like those of the device, or --recipe "
            "float16."
        )
    if importlib.util.find_spec("tensorflow") is None:
        raise MissingDependencyError(
            "Converting needs TensorFlow, which is not installed. Run: pip install "
            "tensorflow (on a computer: a board only runs the converted file)"
        )
    making = ExitStack()
    try:
        workspace = making.enter_context(part_folder(target.parent))
    except OSError as error:
        raise ConversionError(
            f"Cannot write {target}: {error.strerror}. Choose another output."
        ) from error
    with making:
        if custom_objects:
            model = load_as_chosen(model, choices, custom_objects).keras
            # They are part of the model from here on.
            choices = replace(choices, lambdas=None, custom=())
        request = _request(model, target, workspace, calibration, verify, choices)
        try:
            data = run_child(request, on_progress, verbose=verbose)
        except VerificationError as error:
            is_kept = choices.keep_rejected and request.result.exists()
            if is_kept:
                publish_file(request.result, rejected)
            if page is not None and error.conversion:
                # Whoever asked for a report wants it most when the budget is missed.
                missed = ConversionReport.from_dict(error.conversion)
                missed.at(rejected if is_kept else target).write(page, force=force)
            if is_kept:
                raise VerificationError(
                    f"{error.sentence} The file is kept as {rejected}.",
                    report=error.report,
                    conversion=error.conversion,
                ) from error
            raise
        publish_file(request.result, target)
        # The child has just run this very file on both sets of kernels.
        with suppress(MissingDependencyError):
            remember(target)
        if choices.keep_float:
            publish_file(request.float_twin, float_target)
    result = ConversionReport.from_dict(data).at(target)
    if page is not None:
        result.write(page, force=force)
    return result


def _options(
    labels: str | os.PathLike[str] | Sequence[str] | None, options: dict[str, Any]
) -> ConvertOptions:
    if labels is not None:
        if isinstance(labels, (str, os.PathLike)):
            options["labels"] = read_labels(Path(labels))
        else:
            options["labels"] = tuple(str(label) for label in labels)
    files = options.get("custom") or ()
    if isinstance(files, (str, os.PathLike)):
        files = [files]
    options["custom"] = tuple(os.path.abspath(path) for path in files)
    for path in options["custom"]:
        if not os.path.isfile(path):
            raise ConversionError(f"--custom {path}: no such file. Check the path.")
    try:
        choices = ConvertOptions(**options)
    except TypeError as error:
        raise TypeError(f"convert() got an option it does not have: {error}") from error
    stand_ins(choices.lambdas or {})
    if choices.normalize not in (None, "auto", "own"):
        try:
            parse_normalize(str(choices.normalize))
        except ValueError as error:
            raise ValueError(f"{error} convert also takes auto and own.") from error
    if choices.truth is not None and not os.path.isdir(choices.truth):
        raise CalibrationError(
            f"Cannot read the right pictures from {choices.truth}: no such folder."
        )
    passed = choices.decoder_options or {}
    if choices.decoder is not None:
        check_for_card(choices.decoder)
        check_options(choices.decoder, passed)
    elif decoder := only_decoder(choices.task or ""):
        # Names only: an option may need another one that the model's file proves.
        known = decoder_options(decoder)
        if unknown := next((name for name in passed if name not in known), None):
            raise ValueError(
                unknown_name(f"option of decoder '{decoder}'", unknown, known)
            )
    return choices


def _target(model: Any, output: str | os.PathLike[str] | None) -> Path:
    if output is None:
        if not isinstance(model, (str, os.PathLike)):
            raise ValueError("a model in memory needs an output path.")
        source = Path(model)
        output = source.with_name(f"{source.stem or source.name}.tflite")
    target = Path(output)
    if target.suffix.lower() != ".tflite":
        raise ValueError(f"the output's name must end in .tflite, got {str(target)!r}.")
    if target.is_dir():
        raise ConversionError(f"Cannot write {target}: it is a folder. Choose another.")
    if not target.parent.is_dir():
        raise ConversionError(
            f"Cannot write {target}: the folder {target.parent} does not exist."
        )
    return target


def _request(
    model: Any,
    target: Path,
    workspace: Path,
    calibration: Any,
    verify: Any,
    options: ConvertOptions,
) -> Request:
    notes: tuple[str, ...] = ()
    if isinstance(model, (str, os.PathLike)):
        source = Path(model)
        name = source.name
        if kind_of(source) in ("archive", "folder"):
            inner = inner_model(source, workspace)
            source = inner.path
            kind_of(source)
            options, notes = _with_inner(options, inner, name)
    else:
        source = model_to_file(model, workspace)
        name = f"{model.name} (in memory)"
    places = [
        None
        if samples is None
        else samples_to_file(
            samples,
            workspace,
            name_,
            count=options.calibration_count,
            seed=options.seed,
        )
        for name_, samples in (("calibration", calibration), ("verification", verify))
    ]
    for place in places:
        if place is not None and not place.exists():
            refuse_address(place, what="read images from")
            raise CalibrationError(
                f"Cannot read images from {place}: no such file or folder."
            )
    return Request(
        model=source,
        model_name=name,
        output=target,
        workspace=workspace,
        calibration=places[0],
        verification=places[1],
        options=options,
        notes=notes,
    )


def _with_inner(
    options: ConvertOptions, inner: InnerModel, name: str
) -> tuple[ConvertOptions, tuple[str, ...]]:
    """Return the options with the labels beside a model that was found, and notes."""
    notes = [f"Took {inner.name} from {name}."]
    if inner.labels is not None and options.labels is None:
        labels = read_labels(inner.labels)
        options = replace(options, labels=labels)
        notes.append(f"Took {len(labels)} labels from {inner.labels.name} beside it.")
    return options, tuple(notes)
