"""The two verbs of the library: ``load_model`` and ``convert``."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .card import ModelCard
from .runtime.model import Model
from .runtime.open_model import open_model

__all__ = ["Model", "load_model"]


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
    options: Mapping[str, Any] | None = None,
    card: ModelCard | str | Path | None = None,
    labels: str | Path | Sequence[str] | None = None,
    normalize: str | None = None,
    color: str | None = None,
    resize: str | None = None,
    task: str | None = None,
    decoder: str | None = None,
    check: bool = True,
) -> Model:
    """Open a ``.tflite`` file as a model that takes pictures.

    What is not given comes from the file: its model card, else the metadata in it, else
    what its tensors prove. ``model.info()`` says which, and what had to be assumed.

    Args:
        path: The file.
        threads: A number; ``auto`` measures for about half a second; None follows a
            rule (1 for small models, else half of the cores).
        backend: ``ai-edge-litert`` or ``tflite-runtime``; an interpreter class of the
            host's; None for the first that is installed.
        delegate: ``xnnpack``, ``none``, or the path of a delegate library.
        score_threshold: 0..1; what scores lower is left out.
        iou_threshold: 0..1; detectors drop boxes that overlap a better one more.
        max_detections: At most so many boxes.
        top_k: At most so many classes.
        allow: Report only these labels or class_ids.
        deny: Report all but these.
        options: Other options of the decoder, by name.
        card: A model card or the path of one, over the file's own.
        labels: A label file or one text per class, over the file's own.
        normalize: raw, unit, signed, torch, caffe or ``mean=...,std=...``.
        color: Channel order that the model wants: rgb, bgr or gray.
        resize: stretch, letterbox or center-crop[:FRACTION].
        task: What the model does, where the outputs do not prove it.
        decoder: What reads the outputs, where they do not prove it.
        check: Run one golden input when this backend or processor is not the one that
            the card was made with.

    Returns:
        The model; a context manager.

    Raises:
        ModelError: The file is no usable model, or fails its golden check here.
        MissingDependencyError: No interpreter is installed.
        ValueError: An argument is unknown or out of range.
    """
    return open_model(
        path,
        threads=threads,
        backend=backend,
        delegate=delegate,
        score_threshold=score_threshold,
        iou_threshold=iou_threshold,
        max_detections=max_detections,
        top_k=top_k,
        allow=allow,
        deny=deny,
        options=options,
        card=card,
        labels=labels,
        normalize=normalize,
        color=color,
        resize=resize,
        task=task,
        decoder=decoder,
        check=check,
    )
