"""Open a ``.tflite`` file as a :class:`~edgevision.runtime.model.model.Model`."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from ...card import InputCard, ModelCard
from ...errors import ModelCardError, ModelError, UnsupportedModelError
from ..image import pixel_table
from ..interpreter import Interpreter
from ..model import Model
from ..tensors import TensorSpec
from ..tflite import ModelFile
from .admission import admit
from .options import OpenOptions
from .resolve_settings import Settings, resolve

if TYPE_CHECKING:
    from ..model import TiledModel

logger = logging.getLogger(__name__)

_PIXELS: Final = np.arange(256, dtype=np.int64)


def open_model(
    path: str | os.PathLike[str], options: OpenOptions | None = None
) -> Model:
    """Open a model file.

    Args:
        path: The file.
        options: What the caller says; None means nothing.

    Raises:
        ModelError: The file is no usable model, or fails its golden check here.
        MissingDependencyError: No interpreter is installed.
        ValueError: An option is unknown or out of range.
    """
    options = options or OpenOptions()
    file = admit(Path(path), trust=options.trust, backend=options.backend)
    settings = resolve(file, options)
    if options.gallery is not None and settings.card.output.decoder != "embedding":
        raise UnsupportedModelError(
            f"A gallery names embeddings, but {file.name} is a model for "
            f"{settings.card.task} (decoder {settings.card.output.decoder}). Leave "
            "--gallery out, or pass --decoder embedding if the gallery was enrolled so."
        )
    interpreter = Interpreter(
        file.path,
        threads=options.threads,
        backend=options.backend,
        delegate=options.delegate,
    )
    try:
        if file.card is None and options.card is None and options.normalize is None:
            settings = _with_raw_pixels(settings, interpreter.inputs)
        try:
            model = Model(
                settings.card,
                interpreter,
                evidence=settings.evidence,
                assumptions=settings.assumptions,
                golden_input=_golden_input(file, options.card),
            )
        except ValueError as error:
            if options.decoder_options:
                raise
            raise ModelCardError(
                f"The card of {file.name} is wrong: {error}"
            ) from error
        if options.gallery is not None:
            _compare_gallery(options.gallery, file)
        if options.check:
            _check(model, file.name)
    except BaseException:
        interpreter.close()
        raise
    for sentence in settings.assumptions:
        logger.info("%s: assumed: %s", file.name, sentence)
    return model


def open_tiled(
    path: str | os.PathLike[str], options: OpenOptions, tiles: str
) -> TiledModel:
    """Open the file of a detector, which then looks at pictures in tiles.

    Args:
        path: The file.
        options: What the caller says.
        tiles: ``COLUMNSxROWS[:OVERLAP]``.

    Raises:
        ModelError: The file is no usable model, or no detector.
        ValueError: An option is unknown or out of range.
    """
    from ..model import TiledModel, Tiles

    cut = Tiles.parse(tiles)
    model = open_model(path, options)
    try:
        return TiledModel(model, cut)
    except BaseException:
        model.close()
        raise


def pass_through(card: InputCard, tensor: TensorSpec) -> InputCard | None:
    """Return the normalization under which an 8-bit input takes pixels as they are.

    A range of -1..1 has no exact middle among 256 integers, so a tensor that was made
    for it lies half a level beside the pixels. Feeding the pixels themselves is then as
    close as the table is, costs nothing, and is what other runtimes do.

    Args:
        card: With the normalization that is known.
        tensor: The input.

    Returns:
        The card with the mean and std that the tensor itself states; None when the
        pixels would be more than one level off, or the input is not 8-bit.
    """
    if not tensor.is_quantized or tensor.dtype.itemsize != 1:
        return None
    low = int(np.iinfo(tensor.dtype).min)
    table = pixel_table(card, tensor).astype(np.int64) - low
    if np.abs(table - _PIXELS[:, np.newaxis]).max() > 1:
        return None
    mean, std = float(tensor.zero_point - low), 1.0 / tensor.scale
    return replace(card, mean=(mean,), std=(std,))


def _golden_input(
    file: ModelFile, card: ModelCard | str | Path | None
) -> InputCard | None:
    """Return the image input as it was before the caller changed it."""
    if isinstance(card, ModelCard):
        return card.input
    return file.card.input if card is None and file.card is not None else None


def _compare_gallery(gallery: str | Path, file: ModelFile) -> None:
    """Warn of a gallery of another model: its similarities would mean nothing.

    A warning only, since a card that was written anew changes the file's sum as well.
    """
    from ..gallery import Gallery

    made_by = Gallery.load(gallery).model
    if made_by and made_by != file.sha256:
        logger.warning(
            "%s was made with another file than %s (sha256 %s..., not %s...); unless "
            "only its card changed, enroll again",
            gallery,
            file.name,
            made_by[:8],
            file.sha256[:8],
        )


def _check(model: Model, name: str) -> None:
    """Refuse a runtime that computes something else than where the file was made."""
    if not model.card.check:
        return
    from ..golden import made_elsewhere

    if not made_elsewhere(model.card.check, model.interpreter):
        return
    try:
        verdict = model.golden_check(quick=True)
    except ModelCardError as error:
        logger.warning("%s: %s", name, error)
        return
    if verdict is None:
        return
    model.check = verdict.words
    if not verdict.passed:
        raise ModelError(
            f"{name} does not compute here what it computed where it was made: "
            f"{verdict.words}. Use another backend version or delegate; 'edgevision "
            "inspect --check' shows more."
        )


def _with_raw_pixels(settings: Settings, inputs: Sequence[TensorSpec]) -> Settings:
    """Feed pixels as they are where the tensor's own range proved that they fit."""
    known = settings.card.input
    if known is None or len(inputs) != 1:
        return settings
    raw = pass_through(known, inputs[0])
    if raw is None or (raw.mean, raw.std) == (known.mean, known.std):
        return settings
    words = settings.evidence.get("normalization", "")
    return replace(
        settings,
        card=replace(settings.card, input=raw),
        evidence={
            **settings.evidence,
            "normalization": f"{words}; pixels are fed as they are, within one level",
        },
    )
