"""The public functions, each a thin door to the folder that does the work.

Nothing is imported until a function is called.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from .card import ModelCard
    from .converters.write import ConversionReport
    from .runtime.model import Model, TiledModel
    from .runtime.results import Generation
    from .training.request import TrainReport


def convert(
    model: Any,
    output: str | os.PathLike[str] | None = None,
    *,
    calibration: Any = None,
    verify: Any = None,
    labels: str | os.PathLike[str] | Sequence[str] | None = None,
    **options: Any,
) -> ConversionReport:
    """Convert a trained Keras model to one checked ``.tflite`` file.

    Args:
        model: The path of a ``.keras`` or ``.h5`` file or of a SavedModel folder, or a
            Keras model.
        output: The ``.tflite`` to write; by default beside the model's file.
        calibration: Sample inputs that choose ranges: a folder, a file, pixels as an
            array (N, H, W, C), or a callable that yields pictures.
        verify: Pictures to compare with the float model, or ``(images, labels)`` with
            their true classes. By default a part of the calibration set is held back.
        labels: One text per class, or the path of a label file.
        options: See :func:`edgevision.converters.convert.convert`.

    Returns:
        What was written and measured.

    Raises:
        EdgeVisionError: The model, the samples or the result are not usable, or a
            budget was missed.
        ValueError: An option has a value that it cannot have.
    """
    from .converters.convert import convert as work

    return work(
        model, output, calibration=calibration, verify=verify, labels=labels, **options
    )


def train(
    data: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    validation: str | os.PathLike[str] | None = None,
    progress: Callable[[str], None] | None = None,
    **choices: Any,
) -> TrainReport:
    """Train a network on a folder of data and write it as a ``.keras`` file.

    Folders of pictures make a classifier; docs/reference/training.md has the other
    layouts. The file carries a card: :func:`convert` needs no more than calibration
    pictures.

    Args:
        data: The folder.
        output: The ``.keras`` to write.
        validation: Held-out data of their own; by default a share is held back.
        progress: Called with a line for each note, warning and epoch.
        choices: Fields of :class:`~edgevision.training.request.TrainRequest`: task,
            arch, input_size, width, weights, download, normalize, epochs, batch_size,
            learning_rate, seed, max_seconds, augment, resize, color,
            validation_share, patience, class_weights, labels, hierarchy, resume, force.

    Returns:
        What was trained and how well it does on held-out data.

    Raises:
        EdgeVisionError: The data, the weights or an output cannot be used.
        ValueError: A choice is unknown or out of range.
    """
    from pathlib import Path

    from .training.callbacks import TrainCallbacks
    from .training.request import TrainRequest
    from .training.train import train as work

    place = None if validation is None else Path(validation)
    try:
        request = TrainRequest(Path(data), Path(output), validation=place, **choices)
    except TypeError as error:
        raise TypeError(f"train() got a choice it does not have: {error}") from error
    return work(request, callbacks=TrainCallbacks.without_progress(progress))


def load_model(
    path: str | os.PathLike[str],
    *,
    threads: int | str | None = None,
    backend: str | type | None = None,
    delegate: str | os.PathLike[str] | None = None,
    score_threshold: float | None = None,
    iou_threshold: float | None = None,
    max_detections: int | None = None,
    top_k: int | None = None,
    allow: Sequence[str | int] | None = None,
    deny: Sequence[str | int] | None = None,
    level: int | str | None = None,
    options: Mapping[str, Any] | None = None,
    card: ModelCard | str | Path | None = None,
    labels: str | Path | Sequence[str] | None = None,
    normalize: str | None = None,
    color: str | None = None,
    resize: str | None = None,
    task: str | None = None,
    decoder: str | Callable[..., Any] | None = None,
    gallery: str | Path | None = None,
    input_size: str | tuple[int, int] | None = None,
    inputs: Mapping[str, Any] | None = None,
    heads: Mapping[str, Mapping[str, Any]] | None = None,
    tiles: str | None = None,
    check: bool = True,
    trust: bool = False,
) -> Model | TiledModel:
    """Open a ``.tflite`` file as a model that takes pictures.

    What you do not pass comes from the file: from its model card, else from metadata in
    it, else from what its tensors prove. ``model.info()`` says where each choice comes
    from, and what is assumed.

    Args:
        path: The file.
        threads: A number; ``auto`` measures for about half a second; None means a rule
            (1 for small models, else what the board's profile names, else half of the
            cores).
        backend: ``ai-edge-litert`` or ``tflite-runtime``, or an interpreter class such
            as TensorFlow's; None means the first that is installed.
        delegate: ``xnnpack``, ``none``, or the path of a delegate library.
        score_threshold: Lowest score that is reported, 0..1.
        iou_threshold: For detectors: a box that overlaps a better one more than this
            is dropped, 0..1.
        max_detections: Largest number of boxes.
        top_k: Largest number of classes.
        allow: Report only these labels or class_ids.
        deny: Report all but these.
        level: For labels with ancestors (``animal > bird > parrot``): report those on
            this level, 1 for the roots, or the level of a node by its name.
        options: Other options of the decoder, by name.
        card: A model card or the path of one, over the file's own.
        labels: A label file or one text per class, over the file's own.
        normalize: raw, unit, signed, torch, caffe or ``mean=...,std=...``.
        color: Channel order that the model wants: rgb, bgr or gray.
        resize: stretch, letterbox or center-crop[:FRACTION].
        task: What the model does, where the outputs do not prove it.
        decoder: What reads the outputs, where they do not prove it: a name, or a class
            of your own; see docs/guides/own-decoder.md.
        gallery: For embeddings: a file of ``edgevision enroll`` that names them.
        input_size: Width and height of the pictures, as ``320x240`` or two numbers, for
            a file that leaves them open or takes all pixels in one row.
        inputs: What fills the inputs beside the picture, by name: numbers, or the place
            of a file of numbers (``.npy``), of a picture for an input that takes one,
            or of another model and the picture it answers (``@MODEL.tflite:PICTURE``).
            ``model(image, inputs=...)`` sets other numbers later.
        heads: For several outputs of different tasks: by name a mapping with the
            ``task`` of each, and ``labels`` and ``options`` where they are needed. The
            names are the outputs', or your own, one for each output in their order.
        tiles: For detectors: ``COLUMNSxROWS[:OVERLAP]``, to find small objects.
        check: Run one golden input when this backend or processor is not the one that
            the card was made with.
        trust: Do not try a new file in a child process first; see
            docs/reference/inspect.md.

    Returns:
        The model, a context manager; with tiles a ``TiledModel`` around it.

    Raises:
        ModelError: The file is no usable model, or fails its golden check here.
        MissingDependencyError: No interpreter is installed.
        ValueError: An argument is unknown or out of range.
    """
    from .runtime.opening import OpenOptions, open_model, open_tiled

    options_of_opening = OpenOptions(
        threads=threads,
        backend=backend,
        delegate=delegate,
        score_threshold=score_threshold,
        iou_threshold=iou_threshold,
        max_detections=max_detections,
        top_k=top_k,
        allow=allow,
        deny=deny,
        level=level,
        options=options,
        card=card,
        labels=labels,
        normalize=normalize,
        color=color,
        resize=resize,
        task=task,
        decoder=decoder,
        gallery=gallery,
        input_size=input_size,
        inputs=inputs,
        heads=heads,
        check=check,
        trust=trust,
    )
    if tiles is not None:
        return open_tiled(path, options_of_opening, tiles)
    return open_model(path, options_of_opening)


def generate(
    path: str | os.PathLike[str] | None = None,
    count: int = 16,
    *,
    seed: int = 0,
    **options: Any,
) -> Generation:
    """Make pictures with a generator: random numbers in, pictures out.

    Args:
        path: The ``.tflite`` file of a generator; None for the one of shapes that this
            package brings.
        count: How many.
        seed: Decides them all; the same on every machine.
        options: As for :func:`load_model`.

    Returns:
        ``.images`` is uint8 (N, H, W, 3), BGR as OpenCV writes it.

    Raises:
        ModelError: The file is no usable model.
        UnsupportedModelError: The model makes no pictures.
        ValueError: A number is out of range.
    """
    if path is None:
        from .runtime.model import GENERATOR

        path = GENERATOR
    from .runtime.opening import OpenOptions, open_model

    with open_model(path, OpenOptions(**options)) as model:
        return model.generate(count, seed=seed)
