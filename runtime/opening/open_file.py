"""Open a ``.tflite`` file as a :class:`~edgevision.runtime.model.model.Model`.

A file that was opened before costs its hash and the record of its settings. All other
work is in modules that are imported for a new file.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ...card import ModelCard
from ...errors import ModelCardError, ModelError, UnsupportedModelError
from ..interpreter import Interpreter
from ..model import Model
from .gate import keep_settings, recall
from .options import OpenOptions

if TYPE_CHECKING:
    from ...card import InputCard
    from ..model import TiledModel
    from ..process import SealedFile
    from ..tflite import ModelFile
    from .evidence import Settings


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
    options, path = options or OpenOptions(), os.fspath(path)
    file, golden_input, shapes = None, None, None
    content, settings = None, None
    if options.takes_settings_of_file:
        content, settings = recall(path, options.backend)
    if content is not None and settings is not None:
        settings = settings.with_decoder_options(options.decoder_options)
    else:
        file, settings, shapes = _look_into(path, content, options)
        content, golden_input = file.content, _golden_input(file, options.card)
    # From here on the path is a name: what lies there now may be another file.
    sha256 = content.sha256
    name = os.path.basename(path)
    _check_gallery(options, settings, name)
    interpreter = Interpreter(
        content,
        threads=options.threads,
        backend=options.backend,
        delegate=options.delegate,
        input_shapes=shapes,
    )
    try:
        if file is not None and file.card is None and options.takes_pixels_of_file:
            from .raw_pixels import with_raw_pixels

            settings = with_raw_pixels(settings, interpreter.inputs)
        model = _build(name, settings, interpreter, options, golden_input)
        if options.inputs:
            _fill_inputs(model, options)
        if options.gallery is not None:
            _compare_gallery(options, name, sha256)
        if options.check:
            _check(model, name)
    except BaseException:
        interpreter.close()
        raise
    # A record does not say to which shapes the interpreter was resized.
    keeps = shapes is None and options.takes_all_of_file and not options.trust
    if file is not None and keeps:
        keep_settings(path, sha256, settings)
    if settings.assumptions:
        _log_assumptions(name, settings)
    return model


def _fill_inputs(model: Model, options: OpenOptions) -> None:
    """Fill the inputs beside the picture; texts are places of files."""
    from .caller import input_values

    values, assumed = input_values(
        model.interpreter.inputs, model.card.input, options, open_model
    )
    model.set_inputs(values)
    model.assumptions += assumed


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


def _look_into(
    path: str, content: SealedFile | None, options: OpenOptions
) -> tuple[ModelFile, Settings, tuple[tuple[int, ...], ...] | None]:
    """Check a file, and decide how it is run, and with which shapes of its inputs."""
    from .image_input import refuse_without_pictures
    from .resolve_settings import resolve
    from .run_shapes import admitted, at_run_shapes

    file, shapes = admitted(
        path, options, content=content, check=refuse_without_pictures
    )
    if shapes is None:
        return file, resolve(file, options), None
    file = at_run_shapes(file, shapes, options)
    settings = resolve(file, options).with_notes(shapes.notes)
    return file, settings, shapes.inputs


def _build(
    name: str,
    settings: Settings,
    interpreter: Interpreter,
    options: OpenOptions,
    golden_input: InputCard | None,
) -> Model:
    try:
        return Model(
            settings.card,
            interpreter,
            evidence=settings.evidence,
            assumptions=settings.assumptions,
            golden_input=golden_input,
            own_decoder=settings.own_decoder,
        )
    except ValueError as error:
        # What the caller says is no fault of the card.
        if options.decoder_options or options.labels is not None:
            raise
        raise ModelCardError(f"The card of {name} is wrong: {error}") from error


def _golden_input(file: ModelFile, card: object) -> InputCard | None:
    """Return the image input as it was before the caller changed it."""
    if isinstance(card, ModelCard):
        return card.input
    return file.card.input if card is None and file.card is not None else None


def _check_gallery(options: OpenOptions, settings: Settings, name: str) -> None:
    output = settings.card.output
    if options.gallery is not None and output.decoder != "embedding":
        raise UnsupportedModelError(
            f"A gallery names embeddings, but {name} is a model for "
            f"{settings.card.task} (decoder {output.decoder}). Leave --gallery out, or "
            "pass --decoder embedding if the gallery was enrolled so."
        )


def _compare_gallery(options: OpenOptions, name: str, sha256: str) -> None:
    """Warn of a gallery of another model: its similarities would mean nothing.

    A warning only, since a card that was written anew changes the file's sum as well.
    """
    import logging

    from ..gallery import Gallery

    if options.gallery is None:
        return
    made_by = Gallery.load(options.gallery).model
    if made_by and made_by != sha256:
        logging.getLogger(__name__).warning(
            "%s was made with another file than %s (sha256 %s..., not %s...); unless "
            "only its card changed, enroll again",
            options.gallery,
            name,
            made_by[:8],
            sha256[:8],
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
        import logging

        logging.getLogger(__name__).warning("%s: %s", name, error)
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


def _log_assumptions(name: str, settings: Settings) -> None:
    import sys

    # Nobody can listen before somebody imported it, and start-up counts.
    if "logging" in sys.modules:
        import logging

        for sentence in settings.assumptions:
            logging.getLogger(__name__).info("%s: assumed: %s", name, sentence)
