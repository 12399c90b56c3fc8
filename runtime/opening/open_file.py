"""Open a ``.tflite`` file as a :class:`~edgevision.runtime.model.model.Model`."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from ...card import InputCard, ModelCard
from ...errors import ModelCardError, ModelError, UnsupportedModelError
from ..image import pixel_table
from ..interpreter import Interpreter
from ..labels import ClassNames, Level
from ..model import Model
from ..tensors import TensorSpec
from ..tflite import ModelFile
from .admission import admit
from .resolve_settings import Settings, resolve

logger = logging.getLogger(__name__)

_PIXELS: Final = np.arange(256, dtype=np.int64)


def open_model(
    path: str | os.PathLike[str],
    *,
    threads: int | str | None = None,
    backend: str | type | None = None,
    delegate: str | os.PathLike[str] | None = None,
    score_threshold: float | None = None,
    iou_threshold: float | None = None,
    max_detections: int | None = None,
    top_k: int | None = None,
    allow: ClassNames | None = None,
    deny: ClassNames | None = None,
    level: Level | None = None,
    options: Mapping[str, Any] | None = None,
    card: ModelCard | str | Path | None = None,
    labels: str | Path | Sequence[str] | None = None,
    normalize: str | None = None,
    color: str | None = None,
    resize: str | None = None,
    task: str | None = None,
    decoder: str | None = None,
    gallery: str | Path | None = None,
    tiles: str | None = None,
    check: bool = True,
    trust: bool = False,
) -> Model:
    """Open a model file; see :func:`edgevision.load_model` for the arguments."""
    file = admit(Path(path), trust=trust, backend=backend)
    given = {
        **(options or {}),
        **_given(
            score_threshold=score_threshold,
            iou_threshold=iou_threshold,
            max_detections=max_detections,
            top_k=top_k,
            allow=allow,
            deny=deny,
            level=level,
            gallery=gallery,
        ),
    }
    cut = None
    if tiles is not None:
        from ..model import Tiles

        cut = Tiles.parse(tiles)
    settings = resolve(
        file,
        labels=labels,
        normalize=normalize,
        color=color,
        resize=resize,
        task=task,
        decoder=decoder,
        options=given,
        card=card,
    )
    if gallery is not None and settings.card.output.decoder != "embedding":
        raise UnsupportedModelError(
            f"A gallery names embeddings, but {file.name} is a model for "
            f"{settings.card.task} (decoder {settings.card.output.decoder}). Leave "
            "--gallery out, or pass --decoder embedding if the gallery was enrolled so."
        )
    interpreter = Interpreter(
        file.path, threads=threads, backend=backend, delegate=delegate
    )
    try:
        if file.card is None and card is None and normalize is None:
            settings = _with_raw_pixels(settings, interpreter.inputs)
        try:
            model = Model(
                settings.card,
                interpreter,
                evidence=settings.evidence,
                assumptions=settings.assumptions,
                golden_input=_golden_input(file, card),
                tiles=cut,
            )
        except ValueError as error:
            if given:
                raise
            raise ModelCardError(
                f"The card of {file.name} is wrong: {error}"
            ) from error
        if gallery is not None:
            _compare_gallery(gallery, file)
        if check:
            _check(model, file.name)
    except BaseException:
        interpreter.close()
        raise
    for sentence in settings.assumptions:
        logger.info("%s: assumed: %s", file.name, sentence)
    return model


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


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
